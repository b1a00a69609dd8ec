//! Header names, long and compact (RFC 3261 §7.3.3), in any case.

/// The headers this program reads or writes; the others are kept, unread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is the header of that name")]
pub enum Name {
    Accept,
    CallId,
    Contact,
    ContentDisposition,
    ContentEncoding,
    ContentLength,
    ContentTransferEncoding,
    ContentType,
    CSeq,
    Diversion,
    Expires,
    From,
    HistoryInfo,
    MaxForwards,
    PAssertedIdentity,
    PCalledPartyId,
    Privacy,
    RecordRoute,
    RemotePartyId,
    Require,
    Route,
    Timestamp,
    To,
    Via,
    Other,
}

const NAMES: [(Name, &str, Option<&str>); 24] = [
    (Name::Accept, "Accept", None),
    (Name::CallId, "Call-ID", Some("i")),
    (Name::Contact, "Contact", Some("m")),
    (Name::ContentDisposition, "Content-Disposition", None),
    (Name::ContentEncoding, "Content-Encoding", Some("e")),
    (Name::ContentLength, "Content-Length", Some("l")),
    (Name::ContentTransferEncoding, "Content-Transfer-Encoding", None),
    (Name::ContentType, "Content-Type", Some("c")),
    (Name::CSeq, "CSeq", None),
    (Name::Diversion, "Diversion", None),
    (Name::Expires, "Expires", None),
    (Name::From, "From", Some("f")),
    (Name::HistoryInfo, "History-Info", None),
    (Name::MaxForwards, "Max-Forwards", None),
    (Name::PAssertedIdentity, "P-Asserted-Identity", None),
    (Name::PCalledPartyId, "P-Called-Party-ID", None),
    (Name::Privacy, "Privacy", None),
    (Name::RecordRoute, "Record-Route", None),
    (Name::RemotePartyId, "Remote-Party-ID", None),
    (Name::Require, "Require", None),
    (Name::Route, "Route", None),
    (Name::Timestamp, "Timestamp", None),
    (Name::To, "To", Some("t")),
    (Name::Via, "Via", Some("v")),
];

impl Name {
    /// The name these bytes spell.
    pub fn read(text: &[u8]) -> Name {
        let spells = |long: &str, short: Option<&str>| {
            text.eq_ignore_ascii_case(long.as_bytes())
                || short.is_some_and(|short| text.eq_ignore_ascii_case(short.as_bytes()))
        };
        NAMES.iter().find(|(_, long, short)| spells(long, *short)).map_or(Name::Other, |(name, ..)| *name)
    }
}
