//! New texts from old ones, the same from the same seed.

/// Words of TOML and of blueprints.
pub const TOML: &[&str] = &[
    "[",
    "]",
    "[[",
    "]]",
    "{",
    "}",
    "=",
    ".",
    ",",
    "\"",
    "'''",
    "\"\"\"",
    "#",
    "\n",
    "\\",
    "\\u",
    "${",
    "}",
    "${!",
    "${vars.x}",
    "${stacks.a.B}",
    "[vars]\n",
    "[stacks.a]\n",
    "[stacks.a.T]\n",
    "[env.a]\n",
    "[assets.a]\n",
    "[[checks]]\n",
    "[stacks.a.outputs]\n",
    "name = ",
    "type = ",
    "use = ",
    "inputs.",
    "for_each = ",
    "when = ",
    "template = ",
    "depends_on = ",
    "parameters.",
    "\"AWS::SNS::Topic\"",
    "\"./components/part\"",
    "\"old.yaml\"",
    "true",
    "1e400",
    "inf",
    "9223372036854775808",
    "2012-10-17",
    "\u{feff}",
    "\u{fdd0}",
    "\r\n",
    "{{resolve:ssm:x}}",
];

/// Words of templates in both notations.
pub const TEMPLATE: &[&str] = &[
    "{",
    "}",
    "[",
    "]",
    ":",
    ": ",
    ",",
    "\"",
    "'",
    "\n",
    "\n  ",
    "- ",
    "? ",
    "|",
    ">",
    "|-",
    "&a ",
    "*a",
    "<<: *a",
    "---\n",
    "...\n",
    "%YAML 1.1\n",
    "#",
    "!Ref ",
    "!Sub ",
    "!GetAtt ",
    "!If ",
    "!Join ",
    "!Select ",
    "!FindInMap ",
    "!Cidr ",
    "!Transform ",
    "!x ",
    "!!str ",
    "!!binary ",
    "Fn::If",
    "Fn::Sub",
    "Ref",
    "Fn::ForEach::L",
    "Condition",
    "DependsOn",
    "Resources",
    "Outputs",
    "Parameters",
    "Mappings",
    "Conditions",
    "Rules",
    "Transform",
    "Type",
    "Properties",
    "Metadata",
    "AWS::NoValue",
    "AWS::S3::Bucket",
    "AWS::IAM::Role",
    "AWS::EC2::Instance",
    "PolicyDocument",
    "Statement",
    "${",
    "${!",
    "{{resolve:",
    "yes",
    "0644",
    "22:30",
    "1_000",
    ".nan",
    "~",
    "null",
    "1e999",
    "-0",
    "\\ud800",
    "\\u0000",
    "\u{feff}",
    "\u{85}",
    "\u{2028}",
    "\t",
    "\r",
    "2012-10-17",
];

/// Words of expressions.
pub const EXPRESSION: &[&str] = &[
    "${",
    "}",
    "${!",
    "(",
    ")",
    "[",
    "]",
    "{",
    "'",
    "\"",
    ".",
    ",",
    ":",
    "|",
    "~",
    "+",
    "-",
    "*",
    "/",
    "//",
    "%",
    "**",
    "==",
    "!=",
    "<",
    " and ",
    " or ",
    "not ",
    " in ",
    " is ",
    " if ",
    " else ",
    "none",
    "true",
    "vars.",
    "vars.zones",
    "vars.days",
    "vars.limits",
    "env.name",
    "stacks.up.Arn",
    "stacks.up.List",
    "Vpc",
    "Vpc.CidrBlock",
    "AWS::Region",
    "each.value",
    "range(",
    "cidrsubnet(",
    "file(",
    "json(",
    "base64(",
    "'page.txt'",
    "'data.json'",
    "|map('string')",
    "|join(',')",
    "|list",
    "|length",
    "|replace('a','aa')",
    "|batch(2)",
    "|groupby('a')",
    "dict(",
    "loop",
    "100000",
    "9223372036854775807",
    "1e308",
    "\\",
    "\n",
    "\u{fdd0}",
    "{{resolve:",
];

/// A source of numbers: SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number
/// generators", 2014).
#[derive(Debug, Clone)]
pub struct Lot(u64);

impl Lot {
    /// The one of a seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number.
    pub fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `most`; zero where there is none.
    pub fn below(&mut self, most: usize) -> usize {
        match most {
            0 => 0,
            most => (self.draw() % most as u64) as usize, // less than `most`, a `usize`
        }
    }

    fn pick<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }

    /// A range in a text of `length` bytes, mostly a short one.
    fn range(&mut self, length: usize) -> std::ops::Range<usize> {
        let start = self.below(length + 1);
        let most = match self.below(4) {
            0 => length - start,
            _ => (length - start).min(16),
        };
        start..start + self.below(most + 1)
    }
}

/// A text made from those of a corpus by a few changes, of at most `most_bytes`.
pub fn mutate(corpus: &[Vec<u8>], words: &[&str], most_bytes: usize, lot: &mut Lot) -> Vec<u8> {
    let mut text = lot.pick(corpus).clone();
    for _ in 0..=lot.below(6) {
        change(&mut text, corpus, words, lot);
        text.truncate(most_bytes);
    }
    text
}

fn change(text: &mut Vec<u8>, corpus: &[Vec<u8>], words: &[&str], lot: &mut Lot) {
    let at = lot.below(text.len() + 1);
    match lot.below(10) {
        0 if at < text.len() => text[at] ^= 1 << lot.below(8),
        1 => drop(text.drain(lot.range(text.len()))),
        2..=4 => insert(text, at, lot.pick(words).as_bytes()),
        5 => {
            let range = lot.range(text.len());
            let word = lot.pick(words).bytes();
            text.splice(range, word);
        }
        6 => {
            let piece = text[lot.range(text.len())].to_vec();
            insert(text, at, &piece);
        }
        7 => {
            let piece = text[lot.range(text.len())].to_vec();
            let times = 1 << lot.below(12);
            insert(
                text,
                at,
                &piece.repeat(times.min(65_536 / piece.len().max(1))),
            );
        }
        8 => {
            let word = lot.pick(words).repeat(1 << lot.below(11));
            insert(text, at, word.as_bytes());
        }
        _ => {
            let other = lot.pick(corpus);
            let piece = &other[lot.range(other.len())];
            insert(text, at, piece);
        }
    }
}

fn insert(text: &mut Vec<u8>, at: usize, piece: &[u8]) {
    text.splice(at..at, piece.iter().copied());
}
