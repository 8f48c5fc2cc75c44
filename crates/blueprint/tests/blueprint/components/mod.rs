//! Components as stacks and as resources, with typed inputs.

mod expansion;
mod input_values;
mod inputs;
mod invalid_uses;
mod names;

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
