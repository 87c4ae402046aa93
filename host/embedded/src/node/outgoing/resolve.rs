//! Names resolved to public addresses only.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// A name that leads to an address that guests must not reach.
#[derive(Debug, thiserror::Error)]
#[error("{0} leads to an address that is not public")]
pub(super) struct NotPublic(String);

pub(super) struct PublicOnly;

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        let name = name.as_str().to_owned();
        Box::pin(async move {
            let found: Vec<_> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            let public: Vec<SocketAddr> =
                found.into_iter().filter(|it| is_public(it.ip())).collect();
            if public.is_empty() {
                return Err(NotPublic(name).into());
            }
            Ok(Box::new(public.into_iter()) as Addrs)
        })
    }
}

/// Whether the host is written as an address, and not a public one: no name is resolved then.
pub(super) fn is_forbidden_literal(uri: &http::Uri) -> bool {
    let host = uri.host().unwrap_or_default();
    let host = host.trim_start_matches('[').trim_end_matches(']');
    host.parse::<IpAddr>().is_ok_and(|it| !is_public(it))
}

fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(it) => is_public_v4(it),
        IpAddr::V6(it) => match it.to_ipv4_mapped() {
            Some(mapped) => is_public_v4(mapped),
            None => is_public_v6(it),
        },
    }
}

// The blocks are those of RFC 6890 and its successors that are not globally reachable.
fn is_public_v4(it: Ipv4Addr) -> bool {
    let [a, b, c, _] = it.octets();
    let shared = a == 100 && (64..128).contains(&b);
    let protocol = a == 192 && b == 0 && c == 0;
    let benchmark = a == 198 && (b == 18 || b == 19);
    !(it.is_loopback()
        || it.is_private()
        || it.is_link_local()
        || it.is_unspecified()
        || it.is_broadcast()
        || it.is_documentation()
        || it.is_multicast()
        || shared
        || protocol
        || benchmark
        || a == 0
        || a >= 240)
}

fn is_public_v6(it: Ipv6Addr) -> bool {
    let first = it.segments()[0];
    // Only 2000::/3 is given out; the translations of IPv4 in it could lead anywhere.
    (0x2000..0x4000).contains(&first) && first != 0x2002 && it.segments()[..2] != [0x2001, 0]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_addresses_are_refused_in_every_form() {
        for text in [
            "127.0.0.1",
            "10.1.2.3",
            "192.168.0.1",
            "169.254.169.254",
            "0.0.0.0",
            "100.64.0.1",
            "::1",
            "::ffff:127.0.0.1",
            "fd00::1",
            "fe80::1",
            "2002:7f00:1::",
        ] {
            assert!(!is_public(text.parse().unwrap()), "{text}");
        }
        for text in ["1.1.1.1", "2606:4700::1111"] {
            assert!(is_public(text.parse().unwrap()), "{text}");
        }
    }
}
