//! `Fn::Cidr`: splits an address block into smaller blocks.

use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use std::net::{Ipv4Addr, Ipv6Addr};

/// Returns the first `count` blocks of `block` that have `host_bits` host bits each.
///
/// Returns `None` when they do not fit, or when `block` is not an address block.
pub fn blocks(block: &str, count: u32, host_bits: u32) -> Option<Vec<String>> {
    if !(1..=256).contains(&count) {
        return None;
    }
    match block.parse::<IpNet>().ok()? {
        IpNet::V4(net) => {
            let prefix = prefix(32, host_bits, net.prefix_len())?;
            let start = u64::from(net.network().to_bits());
            let end = u64::from(net.broadcast().to_bits());
            let size = 1_u64.checked_shl(host_bits)?;
            (0..u64::from(count))
                .map(|index| {
                    let address = start + index * size;
                    let address = (address <= end).then(|| u32::try_from(address).ok())??;
                    let net = Ipv4Net::new(Ipv4Addr::from_bits(address), prefix).ok()?;
                    Some(net.to_string())
                })
                .collect()
        }
        IpNet::V6(net) => {
            let prefix = prefix(128, host_bits, net.prefix_len())?;
            let start = net.network().to_bits();
            let end = net.broadcast().to_bits();
            let size = 1_u128.checked_shl(host_bits)?;
            (0..u128::from(count))
                .map(|index| {
                    let address = start.checked_add(index.checked_mul(size)?)?;
                    let address = (address <= end).then_some(address)?;
                    let net = Ipv6Net::new(Ipv6Addr::from_bits(address), prefix).ok()?;
                    Some(net.to_string())
                })
                .collect()
        }
    }
}

/// Returns the prefix length of the smaller blocks, or `None` when they are not smaller.
fn prefix(width: u8, host_bits: u32, whole: u8) -> Option<u8> {
    let prefix = width.checked_sub(u8::try_from(host_bits).ok()?)?;
    (prefix >= whole && host_bits >= 1).then_some(prefix)
}

#[cfg(test)]
mod tests {
    use super::blocks;

    #[test]
    fn blocks_follow_each_other_and_stay_inside() {
        let check = |block, count, bits, expect: Option<&[&str]>| {
            let got = blocks(block, count, bits);
            let expect = expect.map(|items| items.iter().map(|&item| item.to_owned()).collect());
            assert_eq!(got, expect, "{block} {count} {bits}");
        };
        check(
            "10.10.0.0/16",
            3,
            8,
            Some(&["10.10.0.0/24", "10.10.1.0/24", "10.10.2.0/24"]),
        );
        check("10.0.0.0/24", 1, 8, Some(&["10.0.0.0/24"]));
        check("10.0.0.0/24", 2, 8, None);
        check("10.0.0.0/24", 1, 9, None);
        check("0.0.0.0/0", 1, 32, Some(&["0.0.0.0/0"]));
        check(
            "255.255.255.0/24",
            2,
            7,
            Some(&["255.255.255.0/25", "255.255.255.128/25"]),
        );
        check(
            "2001:db8::/56",
            2,
            64,
            Some(&["2001:db8::/64", "2001:db8:0:1::/64"]),
        );
        check("10.0.0.0/16", 0, 8, None);
        check("10.0.0.0/16", 257, 4, None);
        check("10.0.0.0", 1, 8, None);
        check("::/0", 2, 128, None);
        check("10.0.0.0/8", 2, u32::MAX, None);
    }
}
