use std::io::Write;
use tidewaiter_simulate::*;
struct Dir(
    std::path::PathBuf,
    std::collections::BTreeMap<Stream, std::fs::File>,
);
impl Sink for Dir {
    type Error = std::io::Error;
    fn file(&mut self, path: &str, bytes: &[u8]) -> Result<(), Self::Error> {
        let p = self.0.join(path);
        std::fs::create_dir_all(p.parent().unwrap())?;
        std::fs::write(p, bytes)
    }
    fn lines(&mut self, s: Stream, lines: &[u8]) -> Result<(), Self::Error> {
        let p = self.0.join(s.path());
        self.1
            .entry(s)
            .or_insert_with(|| std::fs::File::create(p).unwrap())
            .write_all(lines)
    }
}
fn main() {
    let mut a = std::env::args().skip(1);
    let seed = a.next().unwrap().parse().unwrap();
    let n = a.next().unwrap().parse().unwrap();
    let t = std::time::Instant::now();
    let world = World::new(seed, Parameters::default()).unwrap();
    eprintln!("world {:?}", t.elapsed());
    let t = std::time::Instant::now();
    let mut sink = Dir(a.next().unwrap().into(), Default::default());
    let s = generate(&world, n, &mut sink).unwrap();
    eprintln!("{:?} {:#?}", t.elapsed(), s.counts);
    for r in &s.rates {
        if !r.within {
            eprintln!(
                "{} asked {} emitted {} of {} tol {}",
                r.name, r.asked, r.emitted, r.chances, r.tolerance
            );
        }
    }
}
