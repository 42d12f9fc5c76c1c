//! Korean names: a surname and a given name of one or two syllables, whatever scheme wrote them.
//!
//! Syllables are few and short, so nearness of sound or spelling says nothing: `Kang` and `Kwang`,
//! `Tong` and `Song` are other names, while `Chong`, `Jeong` and `Jung` may be one. A syllable is
//! therefore read into the sets of initials and vowels that Revised Romanisation, McCune–Reischauer,
//! the North Korean way and everyday spellings may mean by it, and two syllables are one when the
//! sets meet. A given name is one word however it was divided: half of it is another name.

use smallvec::SmallVec;

/// What a written syllable may be: sets of initials and vowels, and the final.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Syllable {
    initials: u16,
    vowels: u32,
    last: u8,
}

impl Syllable {
    fn may_be(self, other: Self) -> bool {
        self.initials & other.initials != 0
            && self.vowels & other.vowels != 0
            && self.last == other.last
    }

    /// A number, never 0, for each of the syllables it may be.
    fn keys(self) -> impl Iterator<Item = u64> {
        let (initials, vowels) = (u64::from(self.initials), u64::from(self.vowels));
        let last = u64::from(self.last);
        let bits = |set: u64| (0..32).filter(move |bit| set >> bit & 1 == 1);
        bits(initials)
            .flat_map(move |initial| bits(vowels).map(move |vowel| (initial, vowel)))
            .map(move |(initial, vowel)| 1 + (last << 10 | vowel << 5 | initial))
    }
}

/// The ways to divide a word into one or two syllables.
pub(crate) type Divisions = SmallVec<[(Syllable, Option<Syllable>); 1]>;

/// Whether two words may be the same syllables.
pub(crate) fn may_be_one(left: &Divisions, right: &Divisions) -> bool {
    left.iter().any(|one| {
        right.iter().any(|other| {
            one.0.may_be(other.0)
                && match (one.1, other.1) {
                    (None, None) => true,
                    (Some(a), Some(b)) => a.may_be(b),
                    _ => false,
                }
        })
    })
}

/// Numbers for syllables: two words that [`may_be_one`] share one, and no others do.
pub(crate) fn keys(divisions: &Divisions) -> impl Iterator<Item = u64> + '_ {
    divisions.iter().flat_map(|(first, second)| {
        let second: SmallVec<[u64; 8]> = match second {
            Some(second) => second.keys().collect(),
            None => std::iter::once(0).collect(),
        };
        first
            .keys()
            .flat_map(move |one| second.clone().into_iter().map(move |two| two << 16 | one))
    })
}

const G: u16 = 1;
const N: u16 = 1 << 1;
const D: u16 = 1 << 2;
const R: u16 = 1 << 3;
const M: u16 = 1 << 4;
const B: u16 = 1 << 5;
const S: u16 = 1 << 6;
const J: u16 = 1 << 7;
const H: u16 = 1 << 8;
/// No initial consonant.
const NONE: u16 = 1 << 9;

/// Initials as written, the longer ones first. Aspirates and doubled sounds are one with the plain:
/// the marks that tell them apart are the first thing to be dropped.
const INITIALS: [(&str, u16); 30] = [
    ("kk", G),
    ("gg", G),
    ("kh", G),
    ("tt", D),
    ("dd", D),
    ("th", D),
    ("rh", R),
    ("pp", B),
    ("bb", B),
    ("ph", B),
    ("ss", S),
    ("sh", S),
    ("jj", J),
    ("tch", J),
    ("ch", J),
    ("k", G),
    ("g", G),
    ("n", N),
    ("t", D),
    ("d", D),
    ("r", R),
    ("l", R),
    ("m", M),
    ("p", B),
    ("b", B),
    ("s", S),
    ("j", J),
    ("h", H),
    ("z", J),
    ("", NONE),
];

const A: u32 = 1;
const AE: u32 = 1 << 1;
const YA: u32 = 1 << 2;
const YAE: u32 = 1 << 3;
const EO: u32 = 1 << 4;
const E: u32 = 1 << 5;
const YEO: u32 = 1 << 6;
const YE: u32 = 1 << 7;
const O: u32 = 1 << 8;
const WA: u32 = 1 << 9;
const WAE: u32 = 1 << 10;
const OE: u32 = 1 << 11;
const YO: u32 = 1 << 12;
const U: u32 = 1 << 13;
const WO: u32 = 1 << 14;
const WE: u32 = 1 << 15;
const WI: u32 = 1 << 16;
const YU: u32 = 1 << 17;
const EU: u32 = 1 << 18;
const UI: u32 = 1 << 19;
const I: u32 = 1 << 20;

/// Vowels as written, and which they may be.
const VOWELS: [(&str, u32); 44] = [
    ("yeo", YEO),
    ("yae", YAE),
    ("yoo", YU),
    ("you", YEO | YU),
    ("yee", I),
    ("wae", WAE),
    ("woo", U),
    ("weo", WO),
    ("wee", WI),
    ("eui", UI),
    ("ya", YA),
    ("ye", YE | YAE),
    ("yo", YO | YEO),
    ("yu", YU | YEO),
    ("yi", I | UI),
    ("wa", WA),
    ("wo", WO),
    ("we", WE | OE | WAE),
    ("wi", WI),
    ("wu", U | WO),
    ("eo", EO),
    ("eu", EU | EO),
    ("ee", I),
    ("ei", E),
    ("ae", AE),
    ("ai", AE),
    ("ah", A),
    ("oo", U),
    ("ou", EO | U),
    ("oe", OE),
    ("oi", OE),
    ("oy", OE),
    ("oh", O | EO),
    ("ui", UI | WI),
    ("uh", EO),
    ("ih", I),
    ("a", A),
    ("e", E | AE),
    ("o", O | EO),
    ("u", U | EO | EU),
    ("i", I),
    ("eah", A),
    ("ay", AE),
    ("ey", E),
];

/// Finals as written. A final `s`, `t` and `d` sound alike.
const FINALS: [(&str, u8); 15] = [
    ("", 0),
    ("k", 1),
    ("g", 1),
    ("ck", 1),
    ("n", 2),
    ("t", 3),
    ("d", 3),
    ("l", 4),
    ("r", 4),
    ("ll", 4),
    ("m", 5),
    ("p", 6),
    ("b", 6),
    ("ng", 7),
    ("rk", 1),
];

/// Vowels before which the South leaves an initial `r` out and the North writes it.
const FRONT: u32 = I | YA | YAE | YEO | YE | YO | YU;

fn syllable(text: &str) -> Option<Syllable> {
    INITIALS.iter().find_map(|(initial, initials)| {
        let rest = text.strip_prefix(initial)?;
        VOWELS.iter().find_map(|(vowel, vowels)| {
            let rest = rest.strip_prefix(vowel)?;
            let (_, last) = FINALS.iter().find(|(last, _)| *last == rest)?;
            let initials = match *initials {
                R if vowels & FRONT != 0 => R | NONE,
                R => R | N,
                other => other,
            };
            Some(Syllable {
                initials,
                vowels: *vowels,
                last: *last,
            })
        })
    })
}

/// Longest syllable as written (`kyeong`, `hwang`).
const LONGEST: usize = 7;

/// The divisions of a folded word into exactly one syllable.
pub(crate) fn one_syllable(text: &str) -> Option<Divisions> {
    let one = (text.len() <= LONGEST).then(|| syllable(text))??;
    Some(std::iter::once((one, None)).collect())
}

/// The divisions of a folded word into exactly two syllables; none is empty.
pub(crate) fn two_syllables(text: &str) -> Option<Divisions> {
    if !text.is_ascii() || text.len() > 2 * LONGEST {
        return None;
    }
    let all: Divisions = (1..text.len())
        .filter_map(|at| {
            let (first, second) = text.split_at(at);
            Some((syllable(first)?, Some(syllable(second)?)))
        })
        .collect();
    (!all.is_empty()).then_some(all)
}

/// Two syllables written apart.
pub(crate) fn pair(first: &str, second: &str) -> Option<Divisions> {
    let pair = (syllable(first)?, Some(syllable(second)?));
    Some(std::iter::once(pair).collect())
}

/// Surnames in their usual spellings, in small letters.
const SURNAMES: &str = " kim gim keem ri lee yi rhee li ree pak park bak choe choi choy jong chong \
    jeong jung chung cheong kang gang jo cho joe yun yoon jang chang rim lim im yim han o oh so seo \
    suh sin shin kwon gwon hwang an ahn song ryu yu yoo ryoo you hong jon chon jeon chun jun ko go \
    koh mun moon son sohn yang ryang pae bae paek baek back ho heo huh hur nam sim shim ro no noh \
    roh ha ju chu joo kwak gwak sung seong song cha u woo ku koo gu min jin chin na ra nah ji om eom \
    um won chae cheon pang bang kong gong hyon hyun hyeon ham yom yeom ryom yo yeo pyon byun to do \
    myong myung ki gi ok pong bong sok seok suk wi pyo mo mok pan ban tong dong ma kil gil tae thae \
    kye kum geum ryong ryo ";

/// Whether a folded word is a Korean surname.
pub(crate) fn is_surname(text: &str) -> bool {
    text.len() <= LONGEST
        && !text.is_empty()
        && SURNAMES.match_indices(text).any(|(at, _)| {
            SURNAMES[..at].ends_with(' ') && SURNAMES[at + text.len()..].starts_with(' ')
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(a: &str, b: &str) -> bool {
        may_be_one(&one_syllable(a).unwrap(), &one_syllable(b).unwrap())
    }

    fn share_key(a: &str, b: &str) -> bool {
        let (a, b) = (one_syllable(a).unwrap(), one_syllable(b).unwrap());
        keys(&a).any(|key| keys(&b).any(|other| key == other))
    }

    #[test]
    fn schemes_of_one_syllable_meet_and_other_syllables_do_not() {
        for (a, b) in [
            ("gyu", "kyu"),
            ("chong", "jeong"),
            ("chol", "cheol"),
            ("chul", "cheol"),
            ("young", "yong"),
            ("hyun", "hyeon"),
            ("kyong", "gyeong"),
            ("ri", "lee"),
            ("ryong", "yong"),
            ("roh", "noh"),
            ("woo", "u"),
            ("park", "pak"),
            ("seok", "sok"),
            ("seung", "sung"),
            ("choe", "choi"),
        ] {
            assert!(one(a, b), "{a} {b}");
            assert!(share_key(a, b), "{a} {b}");
        }
        for (a, b) in [
            ("kang", "kwang"),
            ("tong", "song"),
            ("min", "mun"),
            ("kang", "chang"),
            ("chae", "cha"),
            ("il", "in"),
        ] {
            assert!(!one(a, b), "{a} {b}");
            assert!(!share_key(a, b), "{a} {b}");
        }
    }

    #[test]
    fn given_names_are_divided_in_every_way() {
        let jongil = two_syllables("jongil").unwrap();
        assert_eq!(jongil.len(), 2);
        assert!(may_be_one(&jongil, &pair("chong", "il").unwrap()));
        assert!(!may_be_one(&jongil, &pair("jong", "un").unwrap()));
        assert!(!may_be_one(&jongil, &one_syllable("jong").unwrap()));
        for word in ["maria", "wei", "zhang", "smith", ""] {
            assert!(one_syllable(word).is_none(), "{word}");
        }
        assert!(two_syllables("maria").is_none());
    }

    #[test]
    fn surnames_are_whole_words() {
        assert!(is_surname("kim") && is_surname("o") && is_surname("ryong"));
        assert!(!is_surname("ki m") && !is_surname("hwan") && !is_surname(""));
    }
}
