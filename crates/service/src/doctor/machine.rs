//! The machine under the service: space, clock, encryption.

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::{Check, Verdict};

/// With less than this free, intake will stop soon.
const SPACE_LITTLE: u64 = 2 << 30;
/// With less than this free, it stops now.
const SPACE_NONE: u64 = 200 << 20;
/// The clock cannot be before the day this was written.
const BUILT_AFTER: &str = "2026-11-01T00:00:00Z";

/// Looks at the disk under `folder`: its space and its encryption.
pub fn machine(folder: &Path) -> Vec<Check> {
    vec![space(folder), encryption(folder)]
}

fn space(folder: &Path) -> Check {
    const NAME: &str = "disk-space";
    let disk = match rustix::fs::statvfs(folder) {
        Ok(disk) => disk,
        Err(error) => {
            return Check::wrong(
                NAME,
                Verdict::Unknown,
                error.to_string(),
                "look with df whether there is space",
            );
        }
    };
    let free = disk.f_bavail.saturating_mul(disk.f_frsize);
    let all = disk.f_blocks.saturating_mul(disk.f_frsize);
    let says = format!(
        "{:.1} of {:.1} GiB free",
        free as f64 / f64::from(1 << 30),
        all as f64 / f64::from(1 << 30)
    );
    match free {
        ..SPACE_NONE => Check::wrong(
            NAME,
            Verdict::Critical,
            says,
            "make room: nothing is acknowledged that cannot be stored",
        ),
        SPACE_NONE..SPACE_LITTLE => Check::wrong(NAME, Verdict::Warning, says, "make room soon"),
        _ => Check::fine(NAME, says),
    }
}

/// Looks at the clock: not before this release, and kept in time by somebody.
pub(super) fn clock(now: Timestamp) -> Check {
    const NAME: &str = "clock";
    if BUILT_AFTER
        .parse()
        .is_ok_and(|built: Timestamp| now < built)
    {
        return Check::wrong(
            NAME,
            Verdict::Critical,
            format!("{now:.0} is before this release was made"),
            "set the clock",
        );
    }
    if Path::new("/run/systemd/timesync/synchronized").exists() {
        return Check::fine(NAME, format!("{now:.0}, kept in time by systemd-timesyncd"));
    }
    for (file, keeper) in [
        ("/run/chrony/chronyd.pid", "chrony"),
        ("/run/chronyd.pid", "chrony"),
        ("/run/ntpd.pid", "ntpd"),
    ] {
        if Path::new(file).exists() {
            return Check::fine(NAME, format!("{now:.0}, {keeper} is running"));
        }
    }
    Check::wrong(
        NAME,
        Verdict::Unknown,
        format!("{now:.0}; no service that keeps it in time was found"),
        "run chrony or systemd-timesyncd: deadlines and retention follow the clock",
    )
}

/// Whether the disk of `folder` is encrypted, as far as the system tells.
fn encryption(folder: &Path) -> Check {
    const NAME: &str = "disk-encryption";
    const HELP: &str = "the store seals what names a person, but tells how many travelled when and \
                        what became of hits: put it, and swap, on an encrypted disk (LUKS)";
    let device = match fs::metadata(folder) {
        Ok(metadata) => device(metadata.dev()),
        Err(error) => {
            return Check::wrong(NAME, Verdict::Unknown, error.to_string(), HELP);
        }
    };
    let swap = open_swap(Path::new("/proc/swaps"));
    match device.as_deref().map(is_encrypted) {
        Some(true) if swap.is_empty() => Check::fine(NAME, "the disk of the data is encrypted"),
        Some(true) => Check::wrong(
            NAME,
            Verdict::Warning,
            format!(
                "the disk of the data is encrypted, swap is not: {}",
                swap.join(", ")
            ),
            HELP,
        ),
        Some(false) => Check::wrong(
            NAME,
            Verdict::Warning,
            "the disk of the data is not encrypted by this machine",
            HELP,
        ),
        None => Check::wrong(
            NAME,
            Verdict::Unknown,
            "the folder is on no disk of this machine (a container, a memory disk, the network)",
            HELP,
        ),
    }
}

/// What the system knows of a block device.
fn device(number: u64) -> Option<PathBuf> {
    let (major, minor) = (rustix::fs::major(number), rustix::fs::minor(number));
    fs::canonicalize(format!("/sys/dev/block/{major}:{minor}")).ok()
}

/// Whether a device, or one that it lies on, is encrypted.
fn is_encrypted(device: &Path) -> bool {
    let uuid = fs::read_to_string(device.join("dm/uuid")).unwrap_or_default();
    if uuid.starts_with("CRYPT-") {
        return true;
    }
    let below = fs::read_dir(device.join("slaves"));
    let below: Vec<PathBuf> = below
        .into_iter()
        .flatten()
        .filter_map(|entry| fs::canonicalize(entry.ok()?.path()).ok())
        .collect();
    !below.is_empty() && below.iter().all(|device| is_encrypted(device))
}

/// Swap that is on no encrypted device and in no memory.
fn open_swap(swaps: &Path) -> Vec<String> {
    let text = fs::read_to_string(swaps).unwrap_or_default();
    let names = text
        .lines()
        .skip(1)
        .filter_map(|line| line.split(' ').next());
    names
        .filter(|name| !name.is_empty() && !name.contains("zram"))
        .filter(|name| {
            let number = fs::metadata(name).map(|metadata| match metadata.rdev() {
                // A file: what counts is the disk it lies on.
                0 => metadata.dev(),
                device => device,
            });
            let device = number.ok().and_then(device);
            !device.is_some_and(|device| is_encrypted(&device))
        })
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_is_encrypted_when_everything_it_lies_on_is() {
        let sys = tempfile::tempdir().unwrap();
        let device = |name: &str, uuid: Option<&str>| {
            let path = sys.path().join(name);
            fs::create_dir_all(path.join("slaves")).unwrap();
            if let Some(uuid) = uuid {
                fs::create_dir_all(path.join("dm")).unwrap();
                fs::write(path.join("dm/uuid"), uuid).unwrap();
            }
            path
        };
        let crypt = device("dm-0", Some("CRYPT-LUKS2-x\n"));
        let plain = device("sda1", None);
        let lvm = device("dm-1", Some("LVM-x\n"));
        let link = |from: &Path, to: &Path| {
            let name = to.file_name().unwrap();
            std::os::unix::fs::symlink(to, from.join("slaves").join(name)).unwrap();
        };
        link(&lvm, &crypt);
        assert!(is_encrypted(&crypt) && is_encrypted(&lvm) && !is_encrypted(&plain));
        link(&lvm, &plain);
        assert!(!is_encrypted(&lvm), "half of it is in the clear");
    }

    #[test]
    fn the_space_of_a_disk_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let check = space(folder.path());
        assert!(check.says.ends_with("GiB free"), "{check:?}");
        assert_eq!(space(Path::new("/nowhere")).verdict, Verdict::Unknown);
    }
}
