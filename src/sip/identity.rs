//! Who calls whom, as the network says (G12, D16): it suggests, it proves nothing (D15).

use super::wire::address::{Address, Uri};
use super::wire::{Message, Name};
use crate::phone::PhoneNumber;

/// What an INVITE says of its two ends. Shown nowhere unmasked: numbers mask themselves.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Identity {
    /// The caller's number, unless withheld or no number at all.
    pub caller: Option<PhoneNumber>,
    /// They asked that it be kept secret (RFC 3323, 3325).
    pub is_withheld: bool,
    /// The number dialled, when it is one.
    pub called: Option<PhoneNumber>,
    /// The number first dialled, when the call was forwarded to us (RFC 5806, RFC 7044; G13).
    pub diverted_from: Option<PhoneNumber>,
}

impl Identity {
    /// Reads an INVITE.
    ///
    /// *Caller*: P-Asserted-Identity, Remote-Party-ID, From, the first that is a number. When privacy is asked for, none: a
    /// trunk shows us the number all the same, but the person did not (D16). *Called*: P-Called-Party-ID (what was
    /// dialled before a registrar put our Contact there), Request-URI, To. *Diverted from*: the oldest entry.
    pub fn read(invite: &Message) -> Identity {
        let is_withheld = is_withheld(invite);
        let one_of = |names: &[Name]| {
            let values = names.iter().flat_map(|name| invite.list(*name));
            values.filter(|value| !is_other_party(value)).find_map(|value| Address::parse(&value).and_then(number))
        };
        let caller = one_of(&[Name::PAssertedIdentity, Name::RemotePartyId, Name::From]).filter(|_| !is_withheld);
        let called = one_of(&[Name::PCalledPartyId]).or_else(|| of_uri(&invite.uri())).or_else(|| one_of(&[Name::To]));
        // Diversion is newest first (RFC 5806 §3.1), History-Info oldest first (RFC 7044 §5).
        let oldest = invite.list(Name::Diversion).pop().or_else(|| invite.list(Name::HistoryInfo).into_iter().next());
        let diverted_from = oldest
            .and_then(|value| Address::parse(&value).and_then(number))
            .filter(|number| Some(number) != called.as_ref());
        Identity { caller, is_withheld, called, diverted_from }
    }
}

fn is_withheld(invite: &Message) -> bool {
    let privacy = invite.list(Name::Privacy);
    let asks = |word: &str| {
        ["id", "user", "header", "session", "critical"].contains(&word.trim().to_ascii_lowercase().as_str())
    };
    let by_privacy = privacy.iter().flat_map(|value| value.split(';')).any(asks);
    let by_party = invite.list(Name::RemotePartyId).iter().any(|value| {
        let privacy = Address::parse(value).and_then(|party| party.param("privacy"));
        // `name` hides the display name alone (draft-ietf-sip-privacy-04).
        privacy.is_some_and(|privacy| !["off", "name"].iter().any(|open| privacy.eq_ignore_ascii_case(open)))
    });
    let from = invite.text(Name::From).unwrap_or_default();
    let is_anonymous = Address::parse(&from).is_some_and(|from| {
        let uri = Uri::parse(from.uri).ok();
        uri.is_some_and(|uri| {
            uri.host.eq_ignore_ascii_case("anonymous.invalid")
                || uri.user.is_some_and(|user| {
                    user.eq_ignore_ascii_case("anonymous") || user.eq_ignore_ascii_case("restricted")
                })
        })
    });
    // Even beside an asserted number: what the person chose counts, not what the trunk knows.
    by_privacy || by_party || is_anonymous
}

/// A Remote-Party-ID of the called end.
fn is_other_party(value: &str) -> bool {
    Address::parse(value)
        .and_then(|party| party.param("party"))
        .is_some_and(|party| party.eq_ignore_ascii_case("called"))
}

fn number(address: Address<'_>) -> Option<PhoneNumber> {
    of_uri(address.uri)
}

fn of_uri(uri: &str) -> Option<PhoneNumber> {
    PhoneNumber::parse(&Uri::parse(uri).ok()?.plain_user()?)
}
