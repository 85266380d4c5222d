//! Binary values, which a mismatch has as `2048 bytes, from offset 97: 00 01 …`.

use serde_json::Value;

use super::values::grouped;

/// What such a text says.
#[derive(Debug)]
pub(super) struct Bytes<'v> {
    pub(super) length: usize,
    from: usize,
    /// Two digits each.
    hex: Vec<&'v str>,
    has_more: bool,
}

impl<'v> Bytes<'v> {
    /// `None` for any other value.
    pub(super) fn read(value: &'v Value) -> Option<Self> {
        let (length, rest) = value.as_str()?.split_once(" byte")?;
        let rest = rest.strip_prefix('s').unwrap_or(rest);
        let (from, hex) = rest.strip_prefix(", from offset ")?.split_once(": ")?;
        let (hex, has_more) = match hex.strip_suffix(" …") {
            Some(hex) => (hex, true),
            None => (hex, false),
        };
        let hex: Vec<_> = hex.split(' ').filter(|byte| !byte.is_empty()).collect();
        let is_byte = |byte: &&str| byte.len() == 2 && u8::from_str_radix(byte, 16).is_ok();
        hex.iter().all(is_byte).then_some(())?;
        Some(Self {
            length: length.parse().ok()?,
            from: from.parse().ok()?,
            hex,
            has_more,
        })
    }

    /// The offset of the first byte that differs, where the windows begin at the same.
    pub(super) fn first_difference(&self, other: &Self) -> Option<usize> {
        let longest = self.hex.len().max(other.hex.len());
        let mut indexes = 0..longest;
        let first = indexes.find(|index| self.hex.get(*index) != other.hex.get(*index))?;
        (self.from == other.from).then_some(self.from + first)
    }

    /// The bytes from a common offset, and which columns the differing ones take.
    pub(super) fn line(&self, other: &Self) -> (String, Vec<bool>) {
        let open = if self.from > 0 { "… " } else { "" };
        let mut marks = vec![false; open.chars().count()];
        for (index, byte) in self.hex.iter().enumerate() {
            let differs = other.hex.get(index) != Some(byte);
            marks.extend([differs, differs, false]);
        }
        let close = if self.has_more { " …" } else { "" };
        (format!("{open}{}{close}", self.hex.join(" ")), marks)
    }

    /// `2,048 bytes`
    pub(super) fn size(&self) -> String {
        match self.length {
            1 => "1 byte".into(),
            length => format!("{} bytes", grouped(length)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_windows_of_bytes_are_read() {
        for (text, length) in [
            ("2048 bytes, from offset 97: 00 ff …", Some(2048)),
            ("1 byte, from offset 0: 07", Some(1)),
            ("2048 bytes, from offset 97: hello", None),
            ("8 bytes", None),
            ("", None),
        ] {
            let value = Value::from(text);
            assert_eq!(
                Bytes::read(&value).map(|bytes| bytes.length),
                length,
                "{text}"
            );
        }
    }
}
