//! Texts that repeat one part many times. They show costs that grow with the square of the length.

/// The text before the repeated part, the part, and the text after it. In the part, `#` is the number
/// of the repetition and `^` that of the next one.
pub type Repetition = (&'static str, &'static str, &'static str);

pub(crate) const TOML: &[Repetition] = &[
    (
        "name = 'x'\n[stacks.a.T]\ntype = 'AWS::SNS::Topic'\n",
        "Unknown# = 1\n",
        "",
    ),
    ("name = 'x'\n[stacks.a]\n", "unknown# = 1\n", ""),
    ("name = 'x'\n", "unknown# = 1\n", ""),
    (
        "name = 'x'\n[vars]\n",
        "v# = 1\n",
        "[stacks.a.T]\ntype = 'AWS::SNS::Topic'\nDisplayName = '${vars.w1}'\n",
    ),
    ("name = 'x'\n[vars]\n", "v# = { type = 'strin' }\n", ""),
    (
        "name = 'x'\n[stacks.a.T]\ntype = 'AWS::SNS::Topic'\nTags = [",
        "{ Key = 'k#', Value = '${Nope#.Arn}' },",
        "]\n",
    ),
    (
        "name = 'x'\n[stacks.a.T]\ntype = 'AWS::SNS::Topic'\nTags = [",
        "{ Key = 'k#', Value = '${vars.nope#}' },",
        "]\n",
    ),
    (
        "name = 'x'\n[stacks.a.T]\ntype = 'AWS::SNS::Topic'\nTags = [",
        "{ Key = 'k#', Value = '${stacks.no#.A}' },",
        "]\n",
    ),
    (
        "name = 'x'\n[stacks.a.T]\ntype = 'AWS::SNS::Topic'\nDisplayName = '",
        "${Nope.Arn}",
        "'\n",
    ),
    (
        "name = 'x'\n[stacks.a.T]\ntype = 'AWS::SNS::Topic'\nDisplayName = '",
        "${1 + #}",
        "'\n",
    ),
    (
        "name = 'x'\n[stacks.a.T]\ntype = 'AWS::SNS::Topic'\n",
        "P# = '${1 * #}${2 * #}${3 * #}'\n",
        "",
    ),
    (
        "name = 'x'\n[stacks.a.T]\ntype = 'AWS::SNS::Topic'\ndepends_on = [",
        "'X#',",
        "]\n",
    ),
    (
        "name = 'x'\n[stacks.a.T]\ntype = 'AWS::SNS::Topic'\nfor_each = '${range(500) | list}'\nTags = [",
        "{ Key = 'k#', Value = '${vars.nope}' },",
        "]\n",
    ),
    (
        "name = 'x'\n[stacks.a.T]\nuse = './components/wide'\nfor_each = '${range(500) | list}'\n#! components/wide.toml\n[T]\ntype = 'AWS::SNS::Topic'\nTags = [",
        "{ Key = 'k#', Value = '${vars.nope}' },",
        "]\n",
    ),
    (
        "name = 'x'\n[stacks.a.T]\nuse = './components/wide'\nfor_each = '${range(500) | list}'\n#! components/wide.toml\n",
        "[T#]\ntype = 'AWS::SNS::Topic'\n",
        "",
    ),
    (
        "name = 'x'\n[stacks.a.T]\ntype = 'AWS::SNS::Topic'\nfor_each = [",
        "'k#',",
        "]\n",
    ),
    (
        "name = 'x'\n",
        "[stacks.a.T#]\ntype = 'AWS::SNS::Topik#'\n",
        "",
    ),
    (
        "name = 'x'\n",
        "[stacks.a.T#]\ntype = 'AWS::SNS::Topic'\n",
        "",
    ),
    ("name = 'x'\n", "[stacks.a.T#]\nA = 1\n", ""),
    (
        "name = 'x'\n",
        "[stacks.s#.T]\ntype = 'AWS::SNS::Topic'\n",
        "",
    ),
    (
        "name = 'x'\n",
        "[stacks.s#]\ndepends_on = ['s^']\n[stacks.s#.T]\ntype = 'AWS::SNS::Topic'\n",
        "",
    ),
    (
        "name = 'x'\n[stacks.a]\nuse = './components/part'\n",
        "inputs.i# = 1\n",
        "",
    ),
    (
        "name = 'x'\n[stacks.a.T]\ntype = 'AWS::SNS::Topic'\n[env.prod.stacks.a.T]\n",
        "P# = '${AWS::NoValue}'\n",
        "",
    ),
    (
        "name = 'x'\n[stacks.a.T]\ntype = 'AWS::SNS::Topic'\n[stacks.a.outputs]\n",
        "O# = '${T}'\n",
        "",
    ),
    ("name = 'x'\n[assets]\n", "a#.path = 'nope#'\n", ""),
    ("name = 'x'\n", "[env.e#]\nregion = 'us-east-1'\n", ""),
    (
        "name = 'x'\n",
        "[stacks.a.T]\ntype = 'AWS::SNS::Topic'\n",
        "",
    ),
];

pub(crate) const JSON: &[Repetition] = &[
    (
        "{\"Resources\": {\"T\": {\"Type\": \"AWS::SNS::Topic\"}",
        ", \"T#\": {\"Type\": \"AWS::SNS::Topik\"}",
        "}}",
    ),
    (
        "{\"Resources\": {\"T\": {\"Type\": \"AWS::SNS::Topic\"}",
        ", \"T\": {\"Type\": \"AWS::SNS::Topic\"}",
        "}}",
    ),
    (
        "{\"Resources\": {\"T\": {\"Type\": \"AWS::SNS::Topic\"}",
        ", \"T#\": {\"Type\": \"AWS::SNS::Topic\", \"DependsOn\": \"T^\"}",
        "}}",
    ),
    (
        "{\"Resources\": {\"T\": {\"Type\": \"AWS::SNS::Topic\", \"Properties\": {\"Tags\": [1",
        ", {\"Key\": \"k#\", \"Value\": {\"Ref\": \"N#\"}}",
        "]}}}}",
    ),
    (
        "{\"Resources\": {\"T\": {\"Type\": \"AWS::SNS::Topic\"}}, \"Conditions\": {\"C\": {\"Fn::Equals\": [1, 2]}",
        ", \"C#\": {\"Fn::Equals\": [\"a\", {\"Ref\": \"P#\"}]}",
        "}}",
    ),
    (
        "{\"Resources\": {\"T\": {\"Type\": \"AWS::SNS::Topic\"}}, \"Conditions\": {\"C\": {\"Fn::Equals\": [1, 2]}",
        ", \"C#\": {\"Fn::Not\": [{\"Condition\": \"C^\"}]}",
        "}}",
    ),
    (
        "{\"Resources\": {\"T\": {\"Type\": \"AWS::SNS::Topic\"}}, \"Parameters\": {\"P\": {\"Type\": \"String\"}",
        ", \"P#\": {\"Type\": \"Strng\"}",
        "}}",
    ),
    (
        "{\"Resources\": {\"T\": {\"Type\": \"AWS::SNS::Topic\"}}, \"Outputs\": {\"O\": {\"Value\": 1}",
        ", \"O#\": {\"Value\": {\"Fn::GetAtt\": [\"T\", \"A#\"]}}",
        "}}",
    ),
    (
        "{\"Resources\": {\"T\": {\"Type\": \"AWS::SNS::Topic\"}}, \"Mappings\": {\"M\": {\"a\": {\"b\": 1}}",
        ", \"M#\": {\"a\": {\"b\": 1}}",
        "}}",
    ),
    (
        "{\"Resources\": {\"T\": {\"Type\": \"AWS::SNS::Topic\", \"Properties\": {\"DisplayName\": {\"Fn::Sub\": \"",
        "${A}",
        "\"}}}}}",
    ),
    (
        "{\"Resources\": {\"T\": {\"Type\": \"AWS::SNS::Topic\", \"Properties\": {\"DisplayName\": {\"Fn::Sub\": \"",
        "${A#}",
        "\"}}}}}",
    ),
    (
        "{\"Resources\": {\"T\": {\"Type\": \"AWS::IAM::ManagedPolicy\", \"Properties\": {\"PolicyDocument\": {\"Version\": \"2012-10-17\", \"Statement\": [{}",
        ", {\"Effect\": \"Alow\", \"Action\": \"s3:Gt#\", \"Resource\": \"*\"}",
        "]}}}}}",
    ),
    (
        "{\"Resources\": {\"T\": {\"Type\": \"AWS::SNS::Topic\", \"Properties\": {\"DisplayName\": null",
        ", \"P#\": null",
        "}}}}",
    ),
];

pub(crate) const YAML: &[Repetition] = &[
    ("Resources:\n", "  T#:\n    Type: AWS::SNS::Topik\n", ""),
    ("Resources: &a\n", "  T#: *a\n", ""),
    ("Resources:\n", "  T#: &a#\n    Type: AWS::SNS::Topic\n", ""),
    (
        "Resources:\n  T:\n    Type: AWS::SNS::Topic\n    Properties:\n      DisplayName: !Sub\n",
        "      - !Ref\n",
        "",
    ),
    (
        "Resources:\n  T:\n    Type: AWS::SNS::Topic\n    Properties:\n      Tags:\n",
        "      - !If [C#, {Key: a#, Value: b}, !Ref AWS::NoValue]\n",
        "",
    ),
    (
        "Resources:\n  T:\n    Type: AWS::SNS::Topic\n    Properties:\n",
        "      P#: yes\n",
        "",
    ),
];

/// Returns the text that repeats the part as often as `max_bytes` permits.
pub fn repeat((before, part, after): &Repetition, max_bytes: usize) -> String {
    let mut text = (*before).to_owned();
    let mut number = 0_u32;
    // Two numbers in a part have fewer than 24 digits.
    while text.len() + part.len() + 24 + after.len() <= max_bytes {
        let (this, next) = (number.to_string(), (number + 1).to_string());
        text.push_str(&part.replace('#', &this).replace('^', &next));
        number += 1;
    }
    text + after
}
