//! Arguments quoted for a shell, so that a proposed command can be pasted.

use std::ffi::OsStr;
use std::fmt::Write;

use super::row::drives_terminal;

/// An argument, quoted if need be. What would drive the terminal is written as bash, zsh and ksh
/// read it: `$'a\033.csv'`.
pub fn argument(text: &str) -> String {
    if text.chars().any(drives_terminal) {
        return dollar_quoted(text);
    }
    let plain = |c: char| c.is_alphanumeric() || "_./:=@%+,-".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        text.into()
    } else {
        format!("'{}'", text.replace('\'', "'\\''"))
    }
}

/// The same for a name that may not be UTF-8.
pub fn any_argument(name: &OsStr) -> String {
    if let Some(text) = name.to_str() {
        return argument(text);
    }
    let bytes = name.as_encoded_bytes().iter();
    let written = bytes.map(|&byte| match byte {
        b'\'' | b'\\' => format!("\\{}", char::from(byte)),
        b' '..=b'~' => char::from(byte).to_string(),
        _ => format!("\\{byte:03o}"),
    });
    format!("$'{}'", written.collect::<String>())
}

fn dollar_quoted(text: &str) -> String {
    let mut out = String::from("$'");
    for c in text.chars() {
        match c {
            '\'' | '\\' => out.extend(['\\', c]),
            c if drives_terminal(c) => {
                let mut bytes = [0; 4];
                for byte in c.encode_utf8(&mut bytes).bytes() {
                    // Octal has a fixed length, so what follows is not taken for a part of it.
                    let _ = write!(out, "\\{byte:03o}");
                }
            }
            c => out.push(c),
        }
    }
    out + "'"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_survive_a_shell() {
        let written = ["a/b.csv", "a b.csv", "it's", ""].map(argument);
        assert_eq!(written, ["a/b.csv", "'a b.csv'", "'it'\\''s'", "''"]);
        let written = argument("it's\u{1b}7\u{202e}\\.csv");
        assert_eq!(written, "$'it\\'s\\0337\\342\\200\\256\\\\.csv'");
    }
}
