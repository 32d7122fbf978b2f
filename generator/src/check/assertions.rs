//! Assertions that compare by hand, found by the words of a test's text.

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};

/// The lines of `assert!` and `prop_assert!` whose condition is a comparison, outside of a closure.
pub(super) fn by_hand(text: &str) -> Vec<usize> {
    let Ok(tokens) = text.parse::<TokenStream>() else {
        // It does not compile either.
        return Vec::new();
    };
    let mut lines = Vec::new();
    let mut streams = vec![tokens];
    while let Some(stream) = streams.pop() {
        let tokens: Vec<TokenTree> = stream.into_iter().collect();
        for at in 0..tokens.len() {
            if let TokenTree::Group(group) = &tokens[at] {
                streams.push(group.stream());
                let line = group.span_open().start().line;
                if asserts(&tokens[..at])
                    && group.delimiter() == Delimiter::Parenthesis
                    && compares(group.stream())
                {
                    lines.push(line);
                }
            }
        }
    }
    lines.sort_unstable();
    lines
}

/// Whether these words end with `assert!`.
fn asserts(before: &[TokenTree]) -> bool {
    match before {
        [.., TokenTree::Ident(name), TokenTree::Punct(mark)] => {
            mark.as_char() == '!' && (name == "assert" || name == "prop_assert")
        }
        _ => false,
    }
}

/// Whether the first argument compares: `==`, `!=`, `.eq(` or `.ne(`, before any closure.
fn compares(arguments: TokenStream) -> bool {
    let tokens: Vec<TokenTree> = arguments.into_iter().collect();
    let mut at = 0;
    while at < tokens.len() {
        match (&tokens[at], tokens.get(at + 1)) {
            (TokenTree::Punct(mark), _) if mark.as_char() == ',' => return false,
            // Between two conditions it is an operator, in front of one a closure begins.
            (TokenTree::Punct(mark), next) if mark.as_char() == '|' => {
                let between = at > 0 && !matches!(tokens[at - 1], TokenTree::Punct(_));
                if !between {
                    return false;
                }
                let double = matches!(next, Some(TokenTree::Punct(next)) if next.as_char() == '|');
                at += usize::from(double);
            }
            (TokenTree::Punct(first), Some(TokenTree::Punct(second))) => {
                let pair = first.spacing() == Spacing::Joint && second.as_char() == '=';
                if pair && matches!(first.as_char(), '=' | '!') {
                    return true;
                }
            }
            (TokenTree::Punct(dot), Some(TokenTree::Ident(method)))
                if dot.as_char() == '.' && (method == "eq" || method == "ne") =>
            {
                return true;
            }
            _ => {}
        }
        at += 1;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::by_hand;

    #[test]
    fn comparisons_are_found_over_lines_and_not_in_closures() {
        let text = "fn t() {\n    assert!(a == b);\n    assert!(\n        a.b()\n            != c,\n        \"why\"\n    );\n    prop_assert!(a.eq(&b));\n    assert!(list.iter().all(|x| x == 1));\n    assert!(a || b);\n    assert!(a || b==c);\n    assert!(ok, \"a == b\");\n    assert!(a <= b);\n}\n";
        assert_eq!(by_hand(text), [2, 3, 8, 11]);
    }
}
