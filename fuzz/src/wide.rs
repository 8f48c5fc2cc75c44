//! Texts of one thing many times over, as long as a file may be: what costs with the square of its number shows here.

/// What stands before, so many times what, and what stands after; `#` is the number of the time, `^` the next one's.
pub type Wide = (&'static str, &'static str, &'static str);

pub(crate) const TOML: &[Wide] = &[
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

pub(crate) const JSON: &[Wide] = &[
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

pub(crate) const YAML: &[Wide] = &[
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

/// The text of at most so many bytes.
pub fn text((before, each, after): &Wide, bytes: usize) -> String {
    let mut text = (*before).to_owned();
    let mut time = 0u32;
    while text.len() + each.len() + 24 + after.len() <= bytes {
        let (this, next) = (time.to_string(), (time + 1).to_string());
        text.push_str(&each.replace('#', &this).replace('^', &next));
        time += 1;
    }
    text + after
}
