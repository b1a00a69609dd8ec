//! Addresses and URIs (RFC 3261 §19.1, §20.10; RFC 3966 `tel:`).

use std::borrow::Cow;

use super::split;
use super::via::host_port;

/// A From, To, Contact … value: the URI and what follows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Address<'a> {
    /// Before the URI, with its quotes.
    pub display: &'a str,
    /// `sip:…`, `tel:…`.
    pub uri: &'a str,
    params: &'a str,
}

impl<'a> Address<'a> {
    /// Reads `"Name" <uri>;params`, `Name <uri>` or `uri;params`.
    pub fn parse(text: &'a str) -> Option<Address<'a>> {
        let text = text.trim();
        let (display, uri, params) = match bracket(text)? {
            Some(open) => {
                let (uri, after) = text[open + 1..].split_once('>')?;
                (text[..open].trim(), uri.trim(), after.trim())
            }
            // Without brackets, what follows a semicolon belongs to the header, not to the URI (§20.10).
            None => {
                let (uri, params) = text.split_once(';').unwrap_or((text, ""));
                ("", uri.trim(), params)
            }
        };
        let params = params.strip_prefix(';').unwrap_or(params);
        let is_one_word = !uri.is_empty() && !uri.contains(|c: char| c.is_whitespace()) && uri.contains(':');
        is_one_word.then_some(Address { display, uri, params })
    }

    /// A parameter of the header.
    pub fn param(&self, name: &str) -> Option<&'a str> {
        params(self.params).find(|(other, _)| other.eq_ignore_ascii_case(name)).map(|(_, value)| value.unwrap_or(""))
    }

    /// The tag (§19.3).
    pub fn tag(&self) -> Option<&'a str> {
        self.param("tag").filter(|tag| !tag.is_empty())
    }
}

/// Where `<` stands outside quotes; `None` when a quote is never closed.
fn bracket(text: &str) -> Option<Option<usize>> {
    let (mut is_quoted, mut is_escaped) = (false, false);
    for (at, letter) in text.char_indices() {
        match letter {
            _ if is_escaped => is_escaped = false,
            '\\' if is_quoted => is_escaped = true,
            '"' => is_quoted = !is_quoted,
            '<' if !is_quoted => return Some(Some(at)),
            _ => {}
        }
    }
    (!is_quoted).then_some(None)
}

/// `a=b;c` → (a, Some(b)), (c, None); blanks around the marks are nothing, quotes are taken off.
pub fn params(text: &str) -> impl Iterator<Item = (&str, Option<&str>)> {
    split(text, b';').filter(|part| !part.is_empty()).map(|part| match part.split_once('=') {
        Some((name, value)) => (name.trim(), Some(value.trim().trim_matches('"'))),
        None => (part, None),
    })
}

/// The value of one `name=value`, when that is its name.
pub fn param<'a>(part: &'a str, name: &str) -> Option<&'a str> {
    params(part).next().filter(|(other, _)| other.eq_ignore_ascii_case(name)).map(|(_, value)| value.unwrap_or(""))
}

/// An IPv6 host without its brackets.
pub fn unbracketed(host: &str) -> &str {
    host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host)
}

/// A URI, as far as a telephone line reads it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Uri<'a> {
    /// The user or number, as written.
    pub user: Option<&'a str>,
    /// Host without brackets; empty for `tel:`.
    pub host: &'a str,
    /// Port, when given.
    pub port: Option<u16>,
    /// Behind `?`: never allowed in a Request-URI (§19.1.1).
    pub has_headers: bool,
}

/// Why a URI cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UriFault {
    /// Not `sip:`, `sips:` or `tel:` → 416.
    Scheme,
    /// Not written as its scheme wants → 400.
    Syntax,
}

impl<'a> Uri<'a> {
    /// Reads a `sip:`, `sips:` or `tel:` URI.
    pub fn parse(text: &'a str) -> Result<Uri<'a>, UriFault> {
        let (scheme, rest) = text.split_once(':').ok_or(UriFault::Syntax)?;
        if text.contains(|c: char| c.is_whitespace() || c.is_control() || "<>\"".contains(c)) {
            return Err(UriFault::Syntax);
        }
        if scheme.eq_ignore_ascii_case("tel") {
            return Ok(Uri { user: Some(rest), host: "", port: None, has_headers: false });
        }
        if !scheme.eq_ignore_ascii_case("sip") && !scheme.eq_ignore_ascii_case("sips") {
            return Err(UriFault::Scheme);
        }
        // `;`, `?` and `/` are allowed in a user, so it ends at the `@` and nowhere before.
        let (user, rest) = rest.split_once('@').map_or((None, rest), |(user, rest)| (Some(user), rest));
        let user = user.map(|user| user.split_once(':').map_or(user, |(user, _password)| user));
        let (place, has_headers) = rest.split_once('?').map_or((rest, false), |(place, _)| (place, true));
        let place = place.split(';').next().unwrap_or(place);
        let (host, port) = host_port(place).filter(|(host, _)| !host.is_empty()).ok_or(UriFault::Syntax)?;
        Ok(Uri { user, host, port, has_headers })
    }

    /// The user with its `%XX` read (§19.1.2).
    pub fn plain_user(&self) -> Option<Cow<'a, str>> {
        let user = self.user?;
        if !user.contains('%') {
            return Some(Cow::Borrowed(user));
        }
        let mut out = Vec::with_capacity(user.len());
        let mut rest = user.as_bytes();
        while let Some((&byte, tail)) = rest.split_first() {
            let hex = tail.get(..2).filter(|hex| hex.iter().all(u8::is_ascii_hexdigit));
            let hex = hex.and_then(|hex| u8::from_str_radix(std::str::from_utf8(hex).ok()?, 16).ok());
            match hex.filter(|_| byte == b'%') {
                Some(read) => (out.push(read), rest = &tail[2..]).1,
                None => (out.push(byte), rest = tail).1,
            }
        }
        Some(Cow::Owned(String::from_utf8_lossy(&out).into_owned()))
    }
}
