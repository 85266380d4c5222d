//! Patterns as Java, Ruby, JavaScript and .NET write them, in the syntax of the
//! engines here. What is the same in all of them passes through.

use std::{iter::Peekable, str::Chars};

/// A pattern in the syntax of the engines.
#[derive(Debug, PartialEq)]
pub(super) struct Translated {
    pub(super) text: String,
    /// Whether it has atomic groups, which only backtracking understands.
    pub(super) atomic: bool,
}

/// Escapes that another engine writes otherwise: as an item of a class, and as
/// its negation.
const ESCAPED_CLASSES: &[(char, char, &str)] = &[
    // Ruby's hexadecimal digit. Java's horizontal space is rare beside it.
    ('h', 'H', "0-9a-fA-F"),
    ('v', 'V', r"\n\x0B\f\r\x{85}\x{2028}\x{2029}"),
];

/// Escapes with another name, where they stand outside of a class.
const ESCAPES: &[(char, &str)] = &[
    // The whole text has to match, so the end is the end.
    ('Z', r"\z"),
    ('G', r"\A"),
    ('R', r"(?:\r\n|[\n\x0B\f\r\x{85}\x{2028}\x{2029}])"),
    ('e', r"\x1B"),
];

/// Properties that only other engines know, as items of a class.
const PROPERTIES: &[(&str, &str)] = &[
    ("Alnum", "[:alnum:]"),
    ("Graph", "[:graph:]"),
    ("Print", "[:print:]"),
    ("Blank", "[:blank:]"),
    ("Word", "[:word:]"),
    ("javaLowerCase", r"\p{Lowercase}"),
    ("javaUpperCase", r"\p{Uppercase}"),
    ("javaAlphabetic", r"\p{Alphabetic}"),
    ("javaLetter", r"\p{L}"),
    ("javaDigit", r"\p{Nd}"),
    ("javaLetterOrDigit", r"\p{L}\p{Nd}"),
    ("javaWhitespace", r"\p{White_Space}"),
];

/// Flags that mean the same here.
const FLAGS: &str = "imsx-";

/// Translates a pattern. The error says what does not end.
pub(super) fn translate(source: &str) -> Result<Translated, String> {
    let mut translation = Translation {
        rest: source.chars().peekable(),
        text: String::with_capacity(source.len()),
        atomic: false,
        class_depth: 0,
        group_starts: Vec::new(),
        atom_start: 0,
    };
    while let Some(c) = translation.rest.next() {
        translation.take(c)?;
    }
    Ok(Translated {
        text: translation.text,
        atomic: translation.atomic,
    })
}

struct Translation<'s> {
    rest: Peekable<Chars<'s>>,
    text: String,
    atomic: bool,
    class_depth: usize,
    /// Where in `text` the groups that are open begin.
    group_starts: Vec<usize>,
    /// Where in `text` begins what a quantifier would repeat.
    atom_start: usize,
}

impl Translation<'_> {
    fn take(&mut self, c: char) -> Result<(), String> {
        match c {
            '\\' => self.escape()?,
            _ if self.class_depth > 0 => self.in_class(c),
            '[' => self.open_class(),
            '(' => self.group()?,
            ')' => {
                self.atom_start = self.group_starts.pop().unwrap_or(self.text.len());
                self.text.push(')');
            }
            '*' | '+' | '?' => self.quantifier(&c.to_string()),
            '{' => match self.counts() {
                Some(counts) => self.quantifier(&counts),
                None => self.atom(r"\{"),
            },
            c => self.atom(c.encode_utf8(&mut [0; 4])),
        }
        Ok(())
    }

    fn atom(&mut self, text: &str) {
        if self.class_depth == 0 {
            self.atom_start = self.text.len();
        }
        self.text.push_str(text);
    }

    fn literal(&mut self, c: char) {
        match c {
            ' ' => self.atom(r"\x20"),
            c => self.atom(&regex_syntax::escape(c.encode_utf8(&mut [0; 4]))),
        }
    }

    fn open_class(&mut self) {
        self.atom("[");
        self.class_depth += 1;
        if self.rest.next_if_eq(&'^').is_some() {
            self.text.push('^');
        }
        if self.rest.next_if_eq(&']').is_some() {
            self.text.push_str(r"\]");
        }
    }

    fn in_class(&mut self, c: char) {
        match c {
            '[' if self.rest.peek() == Some(&':') => self.posix_class(),
            '[' => self.open_class(),
            ']' => {
                self.class_depth -= 1;
                self.text.push(']');
            }
            // Two in a row are an operator here and nowhere else.
            '-' | '~' if self.rest.peek() == Some(&c) => self.literal(c),
            c => self.text.push(c),
        }
    }

    /// `[:alpha:]`, which ends with its own bracket.
    fn posix_class(&mut self) {
        self.text.push('[');
        for c in self.rest.by_ref() {
            self.text.push(c);
            if c == ']' {
                return;
            }
        }
    }

    /// The counts after `{` in braces; `None` where the brace stands for itself.
    fn counts(&mut self) -> Option<String> {
        let mut ahead = self.rest.clone();
        let mut counts = String::new();
        loop {
            match ahead.next()? {
                '}' => break,
                c if c.is_ascii_digit() || c == ',' => counts.push(c),
                _ => return None,
            }
        }
        let (least, most) = match counts.split_once(',') {
            Some((least, most)) => (least, Some(most)),
            None => (counts.as_str(), None),
        };
        if (least.is_empty() && most.is_none_or(str::is_empty)) || counts.matches(',').count() > 1 {
            return None;
        }
        self.rest = ahead;
        let least = if least.is_empty() { "0" } else { least };
        Some(match most {
            Some(most) => format!("{{{least},{most}}}"),
            None => format!("{{{least}}}"),
        })
    }

    /// A quantifier; one that gives nothing back makes its atom an atomic group.
    fn quantifier(&mut self, quantifier: &str) {
        self.text.push_str(quantifier);
        if self.rest.next_if_eq(&'+').is_some() {
            self.text.insert_str(self.atom_start, "(?>");
            self.text.push(')');
            self.atomic = true;
        } else if self.rest.next_if_eq(&'?').is_some() {
            self.text.push('?');
        }
    }

    fn group(&mut self) -> Result<(), String> {
        if self.rest.next_if_eq(&'?').is_none() {
            self.group_starts.push(self.text.len());
            self.text.push('(');
            return Ok(());
        }
        match self.rest.peek() {
            Some('#') => self.comment(),
            Some('\'') => self.quoted_name(),
            Some(c) if c.is_ascii_alphabetic() && *c != 'P' || *c == '-' => self.flags(),
            next => {
                self.atomic |= next == Some(&'>');
                self.group_starts.push(self.text.len());
                self.text.push_str("(?");
                Ok(())
            }
        }
    }

    fn comment(&mut self) -> Result<(), String> {
        match self.rest.find(|c| *c == ')') {
            Some(_) => Ok(()),
            None => Err("the comment after `(?#` does not end".into()),
        }
    }

    /// Ruby and .NET write a group's name in quotes as well.
    fn quoted_name(&mut self) -> Result<(), String> {
        self.rest.next();
        let name = self.until('\'')?;
        self.group_starts.push(self.text.len());
        self.text.push_str(&format!("(?<{name}>"));
        Ok(())
    }

    /// `(?i)` and `(?i:`; flags of other engines that change nothing are left out.
    fn flags(&mut self) -> Result<(), String> {
        let mut flags = String::new();
        let end = loop {
            match self.rest.next() {
                Some(end @ (':' | ')')) => break end,
                Some(c) if c.is_ascii_alphabetic() || c == '-' => flags.push(c),
                _ => return Err(format!("the flags after `(?{flags}` do not end")),
            }
        };
        flags.retain(|flag| FLAGS.contains(flag));
        let flags = flags.strip_suffix('-').unwrap_or(&flags);
        match end {
            ':' => {
                self.group_starts.push(self.text.len());
                self.text.push_str(&format!("(?{flags}:"));
            }
            _ if flags.is_empty() => {}
            _ => self.text.push_str(&format!("(?{flags})")),
        }
        Ok(())
    }

    fn until(&mut self, end: char) -> Result<String, String> {
        let mut text = String::new();
        for c in self.rest.by_ref() {
            if c == end {
                return Ok(text);
            }
            text.push(c);
        }
        Err(format!("`{end}` is missing after `{text}`"))
    }

    fn escape(&mut self) -> Result<(), String> {
        let Some(c) = self.rest.next() else {
            return Err("it ends with a single `\\`".into());
        };
        let in_class = self.class_depth > 0;
        let class = ESCAPED_CLASSES
            .iter()
            .find_map(|(letter, negated, items)| match c {
                c if c == *letter => Some((*items, false)),
                c if c == *negated => Some((*items, true)),
                _ => None,
            });
        if let Some((items, negated)) = class {
            self.class(items, negated);
            return Ok(());
        }
        let renamed = ESCAPES.iter().find(|(letter, _)| *letter == c);
        match (c, renamed) {
            ('Q', _) => self.quotation(),
            ('E', _) => {}
            ('p' | 'P', _) => self.property(c == 'P')?,
            ('u', _) => self.utf_16(),
            ('c', _) => self.control()?,
            ('0', _) => self.octal()?,
            ('b', _) if in_class => self.text.push_str(r"\x08"),
            (_, Some((_, text))) => self.atom(text),
            (c, _) if c.is_ascii_alphanumeric() => self.atom(&format!("\\{c}")),
            (c, _) => self.literal(c),
        }
        Ok(())
    }

    fn class(&mut self, items: &str, negated: bool) {
        match (self.class_depth > 0, negated) {
            (true, false) => self.text.push_str(items),
            (_, true) => self.atom(&format!("[^{items}]")),
            (false, false) => self.atom(&format!("[{items}]")),
        }
    }

    /// Everything up to `\E`, or to the end, stands for itself.
    fn quotation(&mut self) {
        while let Some(c) = self.rest.next() {
            if c == '\\' && self.rest.next_if_eq(&'E').is_some() {
                return;
            }
            self.literal(c);
        }
    }

    /// `\p{Name}`, `\p{^Name}`, `\P{Name}` and `\pL`.
    fn property(&mut self, negated: bool) -> Result<(), String> {
        let name = match self.rest.next() {
            Some('{') => self.until('}')?,
            Some(letter) => letter.into(),
            None => return Err("the property after `\\p` is missing".into()),
        };
        let (name, negated) = match name.strip_prefix('^') {
            Some(name) => (name, !negated),
            None => (name.as_str(), negated),
        };
        let known = PROPERTIES.iter().find(|(known, _)| *known == name);
        let script = name.strip_prefix("Is").filter(|name| is_property(name));
        match (known, script) {
            (Some((_, items)), _) => self.class(items, negated),
            (None, script) => {
                let letter = if negated { 'P' } else { 'p' };
                self.atom(&format!("\\{letter}{{{}}}", script.unwrap_or(name)));
            }
        }
        Ok(())
    }

    /// `\u00e9`, `\u{e9}`, and a pair of surrogates as one character.
    fn utf_16(&mut self) {
        let high = self.four_digits();
        let Some(high) = high.filter(|high| (0xD800..0xDC00).contains(high)) else {
            let text = high.map_or_else(|| r"\u".into(), |unit| format!("\\u{{{unit:X}}}"));
            return self.atom(&text);
        };
        let ahead = self.rest.clone();
        let escaped = self.rest.next_if_eq(&'\\').is_some() && self.rest.next() == Some('u');
        let low = escaped.then(|| self.four_digits()).flatten();
        match low.and_then(|low| char::decode_utf16([high, low]).next()?.ok()) {
            Some(c) => self.literal(c),
            None => {
                self.rest = ahead;
                self.atom(&format!("\\u{{{high:X}}}"));
            }
        }
    }

    fn four_digits(&mut self) -> Option<u16> {
        let mut ahead = self.rest.clone();
        let digits: String = ahead.by_ref().take(4).collect();
        let hexadecimal = digits.len() == 4 && digits.bytes().all(|b| b.is_ascii_hexdigit());
        let unit = u16::from_str_radix(&digits, 16)
            .ok()
            .filter(|_| hexadecimal)?;
        self.rest = ahead;
        Some(unit)
    }

    /// `\cA`: a control character by its letter.
    fn control(&mut self) -> Result<(), String> {
        let letter = self.rest.next().filter(char::is_ascii);
        let letter = letter.ok_or("the letter after `\\c` is missing")?;
        let code = letter.to_ascii_uppercase() as u32 ^ 0x40;
        self.atom(&format!("\\x{{{code:X}}}"));
        Ok(())
    }

    /// `\0`, and Java's `\012`.
    fn octal(&mut self) -> Result<(), String> {
        let mut digits = String::new();
        while digits.len() < 3
            && let Some(digit) = self.rest.next_if(|c| matches!(c, '0'..='7'))
        {
            digits.push(digit);
        }
        let code = if digits.is_empty() {
            Ok(0)
        } else {
            u32::from_str_radix(&digits, 8)
        };
        let code = code.map_err(|error| error.to_string())?;
        self.atom(&format!("\\x{{{code:X}}}"));
        Ok(())
    }
}

fn is_property(name: &str) -> bool {
    regex_syntax::parse(&format!(r"\p{{{name}}}")).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_other_engines_write_becomes_what_these_understand() {
        for (source, text) in [
            (r"\d+-[a-z]{2,3}", r"\d+-[a-z]{2,3}"),
            (r"\Qa.b\E\d", r"a\.b\d"),
            (r"\Qa.b", r"a\.b"),
            (r"[\Q^]\E]", r"[\^\]]"),
            (r"\h{8}", "[0-9a-fA-F]{8}"),
            (r"[\h-]", "[0-9a-fA-F-]"),
            (r"\H", "[^0-9a-fA-F]"),
            (r"a\Z", r"a\z"),
            (r"\/\:\<\é", "/:<é"),
            (r"\.\-\ ", r"\.\-\x20"),
            (r"(?<year>\d)(?'m'\d)", r"(?<year>\d)(?<m>\d)"),
            (r"(?-mix:a)", "(?-mix:a)"),
            (r"(?ud)a(?iu)b(?U-i)c", "a(?i)b(?-i)c"),
            (r"a(?# note )b", "ab"),
            (r"{a}", r"\{a}"),
            (r"a{,3}", "a{0,3}"),
            (r"x{2", r"x\{2"),
            (r"\p{Alpha}\p{Alnum}", r"\p{Alpha}[[:alnum:]]"),
            (r"[\p{Alnum}_]\P{Alnum}", "[[:alnum:]_][^[:alnum:]]"),
            (r"\p{IsLatin}\pL\p{^L}", r"\p{Latin}\p{L}\P{L}"),
            (r"\u00e9\uD83D\uDE00", r"\u{E9}😀"),
            (r"\cA\e\07\0", r"\x{1}\x1B\x{7}\x{0}"),
            (r"[\b]\b", r"[\x08]\b"),
            (r"[]a]", r"[\]a]"),
            (r"[a--~~]", r"[a\--\~~]"),
            (r"[[:alpha:]&&[^b]]", "[[:alpha:]&&[^b]]"),
        ] {
            let translated = translate(source).map(|translated| translated.text);
            assert_eq!(translated.as_deref(), Ok(text), "{source}");
        }
    }

    #[test]
    fn a_possessive_quantifier_becomes_an_atomic_group() {
        for (source, text, atomic) in [
            ("ab*+c", "a(?>b*)c", true),
            ("(ab)++", "(?>(ab)+)", true),
            ("[ab]{2}+", "(?>[ab]{2})", true),
            (r"\d?+", r"(?>\d?)", true),
            ("(?>a|ab)c", "(?>a|ab)c", true),
            ("a+?", "a+?", false),
        ] {
            let text = text.into();
            assert_eq!(
                translate(source),
                Ok(Translated { text, atomic }),
                "{source}"
            );
        }
    }

    #[test]
    fn what_does_not_end_is_an_error() {
        for (source, reason) in [
            ("a\\", "it ends with a single `\\`"),
            ("(?#a", "the comment after `(?#` does not end"),
            ("(?i", "the flags after `(?i` do not end"),
            (r"\p{L", "`}` is missing after `L`"),
        ] {
            assert_eq!(translate(source), Err(reason.into()), "{source}");
        }
    }
}
