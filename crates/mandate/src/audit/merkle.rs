//! The Merkle tree of RFC 6962 section 2.1 and RFC 9162 section 2.1.
//!
//! `leaf = SHA-256(0x00 ‖ bytes)`, `node = SHA-256(0x01 ‖ left ‖ right)`, and a tree of `n` leaves
//! splits at the largest power of two below `n`. Proofs are those of RFC 9162: an auditor checks
//! that a leaf is in a tree, or that one tree continues another, without the other leaves.

use std::fmt;

use sha2::{Digest as _, Sha256};

/// A hash of the tree.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Hash(pub [u8; 32]);

impl Hash {
    /// Zeros: what stands before the first leaf.
    pub const NONE: Self = Self([0; 32]);
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The hash of a leaf.
pub fn leaf(bytes: &[u8]) -> Hash {
    Hash(
        Sha256::new()
            .chain_update([0])
            .chain_update(bytes)
            .finalize()
            .into(),
    )
}

/// The hash of a node.
pub fn node(left: Hash, right: Hash) -> Hash {
    let mut bytes = [1; 65];
    bytes[1..33].copy_from_slice(&left.0);
    bytes[33..].copy_from_slice(&right.0);
    Hash(Sha256::digest(bytes).into())
}

/// A tree that grows: the heads of its complete subtrees, largest first. At most 64 hashes,
/// whatever its size.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Frontier {
    size: u64,
    heads: Vec<Hash>,
}

impl Frontier {
    /// The number of leaves.
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// Adds a leaf by its hash.
    pub fn push(&mut self, leaf: Hash) {
        let mut head = leaf;
        // Each trailing one bit of the size is a complete subtree of the same height.
        for _ in 0..self.size.trailing_ones() {
            if let Some(left) = self.heads.pop() {
                head = node(left, head);
            }
        }
        self.heads.push(head);
        self.size += 1;
    }

    /// The head of the whole tree; of an empty one SHA-256 of nothing.
    pub fn root(&self) -> Hash {
        self.heads
            .iter()
            .copied()
            .rev()
            .reduce(|right, left| node(left, right))
            .unwrap_or_else(|| Hash(Sha256::digest([]).into()))
    }
}

/// The head of the tree over `leaves`.
pub fn root(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => Hash(Sha256::digest([]).into()),
        [one] => *one,
        _ => {
            let (left, right) = leaves.split_at(split(leaves.len()));
            node(root(left), root(right))
        }
    }
}

/// The largest power of two below `size`, which is at least two.
const fn split(size: usize) -> usize {
    1 << (usize::BITS - 1 - (size - 1).leading_zeros())
}

/// The proof that leaf `index` is in the tree over `leaves` (RFC 9162 section 2.1.3.1); `None` when
/// there is no such leaf.
pub fn inclusion_proof(leaves: &[Hash], index: usize) -> Option<Vec<Hash>> {
    (index < leaves.len()).then(|| {
        let mut path = Vec::new();
        include(leaves, index, &mut path);
        path
    })
}

fn include(leaves: &[Hash], index: usize, path: &mut Vec<Hash>) {
    if leaves.len() < 2 {
        return;
    }
    let (left, right) = leaves.split_at(split(leaves.len()));
    if index < left.len() {
        include(left, index, path);
        path.push(root(right));
    } else {
        include(right, index - left.len(), path);
        path.push(root(left));
    }
}

/// Whether `path` proves `leaf` at `index` in a tree of `size` leaves with head `root` (RFC 9162
/// section 2.1.3.2).
pub fn verify_inclusion(leaf: Hash, index: u64, size: u64, path: &[Hash], root: Hash) -> bool {
    if index >= size {
        return false;
    }
    let (mut position, mut last, mut head) = (index, size - 1, leaf);
    for &sibling in path {
        if last == 0 {
            return false;
        }
        if position & 1 == 1 || position == last {
            head = node(sibling, head);
            while position & 1 == 0 && position != 0 {
                position >>= 1;
                last >>= 1;
            }
        } else {
            head = node(head, sibling);
        }
        position >>= 1;
        last >>= 1;
    }
    last == 0 && head == root
}

/// The proof that the tree over `leaves` continues the tree over its first `size` ones (RFC 9162
/// section 2.1.4.1); `None` when there are fewer, or `size` is 0.
pub fn consistency_proof(leaves: &[Hash], size: usize) -> Option<Vec<Hash>> {
    (0 < size && size <= leaves.len()).then(|| {
        let mut path = Vec::new();
        continues(leaves, size, true, &mut path);
        path
    })
}

fn continues(leaves: &[Hash], size: usize, whole: bool, path: &mut Vec<Hash>) {
    if size == leaves.len() {
        if !whole {
            path.push(root(leaves));
        }
        return;
    }
    let (left, right) = leaves.split_at(split(leaves.len()));
    if size <= left.len() {
        continues(left, size, whole, path);
        path.push(root(right));
    } else {
        continues(right, size - left.len(), false, path);
        path.push(root(left));
    }
}

/// Whether `path` proves that the tree of `new_size` leaves with head `new_root` continues the one
/// of `old_size` with `old_root` (RFC 9162 section 2.1.4.2).
pub fn verify_consistency(
    old_size: u64,
    old_root: Hash,
    new_size: u64,
    new_root: Hash,
    path: &[Hash],
) -> bool {
    if old_size == 0 || old_size > new_size {
        return false;
    }
    if old_size == new_size {
        return path.is_empty() && old_root == new_root;
    }
    let mut path = path.iter().copied();
    let first = if old_size.is_power_of_two() {
        Some(old_root)
    } else {
        path.next()
    };
    let Some(first) = first else {
        return false;
    };
    let (mut position, mut last) = (old_size - 1, new_size - 1);
    while position & 1 == 1 {
        position >>= 1;
        last >>= 1;
    }
    let (mut old, mut new) = (first, first);
    for sibling in path {
        if last == 0 {
            return false;
        }
        if position & 1 == 1 || position == last {
            old = node(sibling, old);
            new = node(sibling, new);
            while position & 1 == 0 && position != 0 {
                position >>= 1;
                last >>= 1;
            }
        } else {
            new = node(new, sibling);
        }
        position >>= 1;
        last >>= 1;
    }
    last == 0 && old == old_root && new == new_root
}
