//! Components: as stacks and as resources, with inputs that are typed and checked where they are
//! written.

mod expanded;
mod given;
mod inputs;
mod names;
mod refused;

const QUEUE: &str = r#"
[inputs]
delay = { type = "integer", default = 0, min = 0, max = 900 }
name = { type = "string", default = "${none}" }
dead = { type = "boolean", default = false }

[Dead]
type = "AWS::SQS::Queue"
when = "inputs.dead"

[Queue]
type = "AWS::SQS::Queue"
QueueName = "${inputs.name}"
DelaySeconds = "${inputs.delay}"
RedrivePolicy = "${{'deadLetterTargetArn': Dead.Arn, 'maxReceiveCount': 3} if inputs.dead else none}"

[outputs]
Url = "${Queue.QueueUrl}"
Arn = { value = "${Queue.Arn}", description = "For policies" }
"#;
