//! `ligne flow check`: what a coordinator reads after a change.

use std::collections::BTreeSet;

use crate::flow::{Fault, INPUTS_MAX, Library};

/// Nothing to mend: "4 parcours, 61 étapes : tout est en ordre.", and the bound that holds for every call.
pub fn nothing(library: &Library) -> String {
    format!(
        "{} parcours, {} : tout est en ordre.\n\
         Après {INPUTS_MAX} réponses au plus, un appel mène à une personne ou à sa fin.",
        library.names().count(),
        counted(library.steps(), "étape", "étapes")
    )
}

/// Every fault on its line, in the order of the files, and how many.
pub fn faults(faults: &[Fault]) -> String {
    let mut lines: Vec<String> = faults.iter().collect::<BTreeSet<_>>().into_iter().map(ToString::to_string).collect();
    let count = lines.len();
    lines.push(format!("{} à corriger.", counted(count, "chose", "choses")));
    lines.join("\n")
}

/// "1 chose", "2 choses".
pub(super) fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(file: &str, line: u64) -> Fault {
        Fault { file: file.to_owned(), line, column: 3, message: "à revoir".to_owned() }
    }

    #[test]
    fn faults_stand_in_the_order_of_their_files_each_once() {
        let all = [fault("b.yaml", 2), fault("a.yaml", 12), fault("a.yaml", 3), fault("b.yaml", 2)];
        let wanted = "a.yaml:3:3: à revoir\na.yaml:12:3: à revoir\nb.yaml:2:3: à revoir\n\
                      3 choses à corriger.";
        assert_eq!(faults(&all), wanted);
        assert!(faults(&all[..1]).ends_with("1 chose à corriger."));
    }
}
