//! The meaning of unquoted YAML 1.1 scalars to the Java parser that CloudFormation uses.
//!
//! The patterns are those of the YAML 1.1 type repository, <https://yaml.org/type/>, with the
//! exponents that Java's parser also accepts. Dates, which CloudFormation keeps as text, and
//! base-60 fractions are left out on purpose.

/// The meaning of an unquoted scalar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Plain {
    /// Text.
    Text,
    /// `null`.
    Null,
    /// `true` or `false` in any of their spellings.
    Truth(bool),
    /// `yes`, `no`, `on` or `off`, which are not booleans in YAML 1.2.
    OldTruth(bool),
    /// A number, in JSON's syntax.
    Number(String),
}

/// Returns the meaning of an unquoted scalar.
pub(super) fn resolve(text: &str) -> Plain {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Plain::Null,
        "true" | "True" | "TRUE" => Plain::Truth(true),
        "false" | "False" | "FALSE" => Plain::Truth(false),
        "yes" | "Yes" | "YES" | "on" | "On" | "ON" => Plain::OldTruth(true),
        "no" | "No" | "NO" | "off" | "Off" | "OFF" => Plain::OldTruth(false),
        _ if text.starts_with(|c: char| c.is_ascii_digit() || "+-.".contains(c)) => {
            number(text).map_or(Plain::Text, Plain::Number)
        }
        _ => Plain::Text,
    }
}

fn number(text: &str) -> Option<String> {
    let (sign, digits) = match text.as_bytes().first()? {
        b'-' => ("-", &text[1..]),
        b'+' => ("", &text[1..]),
        _ => ("", text),
    };
    let unsigned = decimal(digits)
        .or_else(|| whole(digits))
        .or_else(|| sixties(digits))?;
    // A Java integer has no negative zero, and JSON's `-0` would be a fraction.
    let sign = if unsigned == "0" { "" } else { sign };
    Some(format!("{sign}{unsigned}"))
}

/// Parses integers: binary, octal with a leading zero, hexadecimal, decimal with `_` anywhere.
fn whole(digits: &str) -> Option<String> {
    let plain = digits.replace('_', "");
    let radix = |digits: &str, radix| {
        let number = u64::from_str_radix(digits, radix).ok()?;
        Some(number.to_string())
    };
    if let Some(binary) = plain.strip_prefix("0b") {
        return radix(binary, 2);
    }
    if let Some(hexadecimal) = plain.strip_prefix("0x") {
        return radix(hexadecimal, 16);
    }
    if !digits.starts_with(|c: char| c.is_ascii_digit()) || !plain.bytes().all(is_digit) {
        return None;
    }
    if plain.len() > 1 && plain.starts_with('0') {
        // With an 8 or a 9, as in many account ids, it is not an octal number and stays text.
        return radix(&plain, 8);
    }
    Some(plain)
}

/// Parses base-60 numbers, such as `22:30`.
fn sixties(digits: &str) -> Option<String> {
    let (first, rest) = digits.split_once(':')?;
    if !first.starts_with(|c: char| matches!(c, '1'..='9')) {
        return None;
    }
    let mut total: u64 = first.replace('_', "").parse().ok()?;
    for group in rest.split(':') {
        let in_form = matches!(group.len(), 1 | 2) && group.bytes().all(is_digit);
        let value: u64 = group.parse().ok().filter(|value| in_form && *value < 60)?;
        total = total.checked_mul(60)?.checked_add(value)?;
    }
    Some(total.to_string())
}

/// Parses fractions and exponents: `1.5`, `1.`, `.5`, `1e3`, `1_000.5`.
fn decimal(digits: &str) -> Option<String> {
    let (mantissa, exponent) = match digits.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (digits, None),
    };
    if exponent.is_none() && !mantissa.contains('.') {
        return None;
    }
    let (before, after) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let allowed = |text: &str| text.bytes().all(|byte| is_digit(byte) || byte == b'_');
    let begins = |text: &str| text.bytes().next().is_some_and(is_digit);
    if !allowed(before)
        || !allowed(after)
        || !(begins(before) || before.is_empty() && begins(after))
    {
        return None;
    }
    let mut number = before.replace('_', "").trim_start_matches('0').to_owned();
    if number.is_empty() {
        number.push('0');
    }
    let after = after.replace('_', "");
    if !after.is_empty() {
        number.push('.');
        number.push_str(&after);
    }
    if let Some(exponent) = exponent {
        let power = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        if power.is_empty() || !power.bytes().all(is_digit) {
            return None;
        }
        number.push('e');
        number.push_str(exponent);
    } else if after.is_empty() {
        number.push_str(".0");
    }
    Some(number)
}

fn is_digit(byte: u8) -> bool {
    byte.is_ascii_digit()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unquoted_texts_mean_what_yaml_1_1_says() {
        let number = |text: &str| Plain::Number(text.to_owned());
        for (text, expect) in [
            ("abc", Plain::Text),
            ("", Plain::Null),
            ("~", Plain::Null),
            ("true", Plain::Truth(true)),
            ("tRue", Plain::Text),
            ("Yes", Plain::OldTruth(true)),
            ("off", Plain::OldTruth(false)),
            ("y", Plain::Text),
            ("0", number("0")),
            ("-0", number("0")),
            ("+7", number("7")),
            ("42", number("42")),
            ("1_000", number("1000")),
            ("0644", number("420")),
            ("-010", number("-8")),
            ("0x1F", number("31")),
            ("0b101", number("5")),
            ("012345678901", Plain::Text),
            ("01234567", number("342391")),
            ("123456789012", number("123456789012")),
            ("22:30", number("1350")),
            ("22:60", Plain::Text),
            ("02:30", Plain::Text),
            ("1.10", number("1.10")),
            ("1.", number("1.0")),
            (".5", number("0.5")),
            ("1e3", number("1e3")),
            ("1.5E-3", number("1.5e-3")),
            ("1.2.3", Plain::Text),
            ("10.0.0.0/16", Plain::Text),
            ("2012-10-17", Plain::Text),
            ("-", Plain::Text),
            (".", Plain::Text),
            ("...", Plain::Text),
            ("+", Plain::Text),
            ("e3", Plain::Text),
            ("1e", Plain::Text),
            ("_1", Plain::Text),
            (".inf", Plain::Text),
            ("0x", Plain::Text),
            ("08", Plain::Text),
        ] {
            assert_eq!(resolve(text), expect, "{text}");
        }
    }
}
