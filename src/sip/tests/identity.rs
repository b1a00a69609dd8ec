//! Who calls whom (G11 to G13, D16): headers of an INVITE → numbers.

use super::*;

/// Headers, Request-URI → caller, withheld, called, diverted from.
fn read(from: &str, more: &str, uri: &str) -> (String, bool, String, String) {
    let (mut rig, mut phone) = (Rig::new(), Phone::new("a"));
    phone.from = format!("{from};tag=x");
    phone.more = more.split_terminator('|').map(|line| format!("{line}\r\n")).collect();
    let text = phone.invite(1).replacen("sip:0353010000@192.0.2.1", uri, 1);
    assert_eq!(rig.hears(&text), ["100", "incoming"], "{text}");
    let found = rig.incoming.unwrap().identity;
    let shown =
        |number: Option<crate::phone::PhoneNumber>| number.map_or("-".into(), |number| number.dialable().to_owned());
    (shown(found.caller), found.is_withheld, shown(found.called), shown(found.diverted_from))
}

const FROM: &str = "<sip:0639980012@example.net>";
const URI: &str = "sip:0353010000@192.0.2.1";
const ANONYMOUS: &str = "\"Anonymous\" <sip:anonymous@anonymous.invalid>";

#[test]
fn the_caller_is_the_asserted_one_then_the_remote_party_then_from() {
    let table = [
        (FROM, "", "+33639980012"),
        ("sip:+33639980012@x", "", "+33639980012"),
        ("\"0199000099\" <sip:0033639980012@x;user=phone>", "", "+33639980012"),
        ("<sip:%2B33639980012@x;user=phone>", "", "+33639980012"),
        ("<tel:+33-6-39-98-00-12>", "", "+33639980012"),
        ("<sip:33639980012;phone-context=x@x>", "", "+33639980012"),
        ("<sip:0639980012:secret@x>", "", "+33639980012"),
        ("<sip:alice@example.net>", "", "-"),
        (FROM, "P-Asserted-Identity: <sip:+33199000012@x>", "+33199000012"),
        (FROM, "P-Asserted-Identity: \"A, B\" <sip:alice@x>, <tel:+33199000012>", "+33199000012"),
        (FROM, "P-Asserted-Identity: <sip:alice@x>|P-Asserted-Identity: <tel:+33199000012>", "+33199000012"),
        (FROM, "P-Asserted-Identity: <sip:alice@x>|Remote-Party-ID: <sip:0199000013@x>;party=calling", "+33199000013"),
        (FROM, "P-Asserted-Identity: <sip:0199000012@x>|Remote-Party-ID: <sip:0199000013@x>", "+33199000012"),
        (FROM, "Remote-Party-ID: <sip:0199000013@x>;party=called;privacy=off", "+33639980012"),
        (FROM, "P-Asserted-Identity: broken <", "+33639980012"),
    ];
    for (from, more, caller) in table {
        let found = read(from, more, URI);
        assert_eq!((found.0.as_str(), found.1), (caller, false), "{from} {more}");
    }
}

#[test]
fn a_number_that_was_to_be_kept_secret_is_not_read_though_the_trunk_shows_it() {
    let asserted = "P-Asserted-Identity: <tel:+33199000012>";
    let table = [
        (FROM, "Privacy: id", true),
        (FROM, "Privacy: header;id", true),
        (FROM, "Privacy: user ; critical", true),
        (FROM, "Privacy: ID", true),
        (FROM, "Privacy: none", false),
        (FROM, "Privacy: history", false),
        (FROM, "Remote-Party-ID: <sip:0199000013@x>;privacy=full;screen=yes", true),
        (FROM, "Remote-Party-ID: <sip:0199000013@x>;privacy=\"uri\"", true),
        (FROM, "Remote-Party-ID: <sip:0199000013@x>;privacy=off", false),
        (FROM, "Remote-Party-ID: <sip:0199000013@x>;privacy=name", false),
        (ANONYMOUS, "", true),
        ("<sip:0639980012@anonymous.invalid>", "", true),
        ("<sip:Anonymous@example.net>", "", true),
        ("<sip:unavailable@unknown.invalid>", "", false),
    ];
    for (from, more, is_withheld) in table {
        let found = read(from, &format!("{asserted}|{more}"), URI);
        let caller = if is_withheld { "-" } else { "+33199000012" };
        assert_eq!((found.0.as_str(), found.1), (caller, is_withheld), "{from} {more}");
    }
}

#[test]
fn the_called_number_is_what_was_dialled_in_every_form_a_trunk_writes() {
    let table = [
        (URI, "", "+33353010000"),
        ("sip:+33353010000@192.0.2.1:5060;transport=udp", "", "+33353010000"),
        ("sip:%2B33353010000@x;user=phone", "", "+33353010000"),
        ("sip:0033353010000@x", "", "+33353010000"),
        ("sip:33353010000@x", "", "+33353010000"),
        ("tel:+33353010000", "", "+33353010000"),
        ("tel:+33353010000;npdi;rn=+33199000001", "", "+33353010000"),
        ("sip:+33353010000;npdi;rn=+33199000001@x;user=phone", "", "+33353010000"),
        ("sip:trunk-7@192.0.2.1", "", "+33353010000"),
        ("sip:192.0.2.1", "", "+33353010000"),
        ("sip:trunk-7@192.0.2.1", "P-Called-Party-ID: \"x\" <sip:0465710001@x>", "+33465710001"),
        (URI, "P-Called-Party-ID: <sip:0465710001@x>", "+33465710001"),
        (URI, "P-Called-Party-ID: <sip:line@x>", "+33353010000"),
    ];
    for (uri, more, called) in table {
        assert_eq!(read(FROM, more, uri).2, called, "{uri} {more}");
    }
}

#[test]
fn a_forwarded_call_says_which_number_was_dialled_first() {
    let table = [
        ("", "-"),
        ("Diversion: <sip:0465710001@x>;reason=no-answer", "+33465710001"),
        ("Diversion: <sip:0536490001@x>;reason=busy, <tel:+33465710001>;reason=unconditional", "+33465710001"),
        ("Diversion: <sip:0536490001@x>|Diversion: <tel:+33465710001>", "+33465710001"),
        ("Diversion: <sip:0353010000@x>", "-"),
        ("Diversion: <sip:desk@x>", "-"),
        (
            "History-Info: <sip:0465710001@x?Reason=SIP%3Bcause%3D302>;index=1, <sip:0353010000@x>;index=1.1",
            "+33465710001",
        ),
        ("History-Info: <sip:0353010000@x>;index=1", "-"),
        ("Diversion: <sip:0536490001@x>|History-Info: <sip:0465710001@x>;index=1", "+33536490001"),
    ];
    for (more, diverted) in table {
        assert_eq!(read(FROM, more, URI).3, diverted, "{more}");
    }
}
