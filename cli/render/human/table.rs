//! Columns of text.

use crate::output::{FAINT, plain, styled};

/// Rows below their headers, each column as wide as it needs to be; columns of
/// which every cell is empty are left out.
pub fn table(headers: &[&str], rows: &[Vec<String>]) -> String {
    let used: Vec<usize> = (0..headers.len())
        .filter(|column| rows.iter().any(|row| !row[*column].is_empty()))
        .collect();
    let widths: Vec<usize> = used
        .iter()
        .map(|column| {
            let cells = rows.iter().map(|row| width(&row[*column]));
            cells.chain([headers[*column].len()]).max().unwrap_or(0)
        })
        .collect();
    let line = |cell: &dyn Fn(usize) -> String| {
        let mut text = String::new();
        for (column, width_of_column) in used.iter().zip(&widths) {
            let cell = cell(*column);
            let padding = width_of_column - width(&cell) + 2;
            text += &cell;
            text.extend(std::iter::repeat_n(' ', padding));
        }
        text.trim_end().to_owned() + "\n"
    };
    let header = line(&|column| styled(FAINT, headers[column]));
    let rows = rows.iter().map(|row| line(&|column| row[column].clone()));
    std::iter::once(header).chain(rows).collect()
}

fn width(cell: &str) -> usize {
    plain(cell).chars().count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::GOOD;

    #[test]
    fn columns_are_aligned_whatever_their_style_and_empty_ones_left_out() {
        let rows = [
            vec!["web".into(), String::new(), styled(GOOD, "ü")],
            vec!["a longer one".into(), String::new(), "x".into()],
        ];
        assert_eq!(
            plain(&table(&["NAME", "EMPTY", "RESULT"], &rows)),
            "NAME          RESULT\nweb           ü\na longer one  x\n"
        );
    }
}
