//! The address of a web page: RFC 3986, as far as a test needs it. It has no names and passwords in it.

use std::fmt;

use crate::net::HostName;

/// The longest path in bytes: longer ones carry data rather than a place.
const MAX_PATH_BYTES: usize = 512;

/// Where a web server is and what it is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct WebAddress {
    pub(super) secure: bool,
    pub(super) host: HostName,
    pub(super) port: u16,
    path: String,
}

impl WebAddress {
    pub(super) fn parse(url: &str) -> Option<Self> {
        let (secure, rest) = match url.strip_prefix("https://") {
            Some(rest) => (true, rest),
            None => (false, url.strip_prefix("http://")?),
        };
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        let (place, path) = rest.split_at(end);
        let path = if path.starts_with('/') { path.to_owned() } else { format!("/{path}") };
        let is_plain = path.len() <= MAX_PATH_BYTES && path.bytes().all(|byte| byte.is_ascii_graphic());
        let usual = if secure { 443 } else { 80 };
        let (host, port) = match place.strip_prefix('[') {
            Some(six) => {
                let (host, port) = six.split_once(']')?;
                (host, if port.is_empty() { usual } else { port.strip_prefix(':')?.parse().ok()? })
            }
            None => match place.split_once(':') {
                Some((host, port)) => (host, port.parse().ok()?),
                None => (place, usual),
            },
        };
        let host = HostName::new(host)?;
        (is_plain && port != 0 && !path.contains('#')).then_some(Self { secure, host, port, path })
    }

    /// Host and port as an address has them.
    fn place(&self) -> String {
        let host = self.host.as_str();
        let host = if host.contains(':') { format!("[{host}]") } else { host.to_owned() };
        match (self.secure, self.port) {
            (true, 443) | (false, 80) => host,
            (_, port) => format!("{host}:{port}"),
        }
    }

    /// What the server is asked.
    pub(super) fn request(&self) -> String {
        let (path, place) = (&self.path, self.place());
        format!(
            "HEAD {path} HTTP/1.1\r\nHost: {place}\r\nUser-Agent: beistand\r\nAccept: */*\r\nConnection: \
             close\r\n\r\n"
        )
    }
}

impl fmt::Display for WebAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.secure { "https" } else { "http" };
        write!(f, "{scheme}://{}{}", self.place(), self.path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_and_said() {
        for url in ["https://example.org/", "http://[::1]:8080/a?b", "http://192.0.2.1:81/x"] {
            assert_eq!(WebAddress::parse(url).unwrap().to_string(), url);
        }
        assert_eq!(WebAddress::parse("http://a:80?q").unwrap().to_string(), "http://a/?q");
        for wrong in
            ["", "http://", "http://a:b@c/", "https://a:0/", "http://[::1", "http://a/#b", "http://a/ü"]
        {
            assert_eq!(WebAddress::parse(wrong), None, "{wrong}");
        }
    }
}
