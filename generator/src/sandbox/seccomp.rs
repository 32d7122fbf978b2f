//! The calls of the system that a job may not make: what could reach past a wall, and what its freedom leaves out.
//!
//! A list of what is denied, not of what is allowed: the walls are namespaces and Landlock, and a list of what is allowed
//! would have to follow every release of the compiler and the C library. A denied call fails with `ENOSYS`, as on a system
//! that does not have it, so that libraries fall back where they can.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use libc::c_long;
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter,
    SeccompRule,
};

use super::Freedom;
use crate::error::{Error, Result};
use crate::file_tree;

/// The wall that a filter stands beside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wall {
    /// Other processes cannot be named at all.
    Namespaces,
    /// Other processes of the same user are there.
    Landlock,
}

/// Reaching into other processes, into the kernel, or around both walls. Nothing that is graded has use for them.
const ALWAYS: &[c_long] = &[
    libc::SYS_acct,
    libc::SYS_add_key,
    libc::SYS_adjtimex,
    libc::SYS_bpf,
    libc::SYS_chroot,
    libc::SYS_clock_adjtime,
    libc::SYS_clock_settime,
    libc::SYS_delete_module,
    libc::SYS_fanotify_init,
    libc::SYS_finit_module,
    libc::SYS_fsconfig,
    libc::SYS_fsmount,
    libc::SYS_fsopen,
    libc::SYS_fspick,
    libc::SYS_init_module,
    libc::SYS_io_uring_enter,
    libc::SYS_io_uring_register,
    libc::SYS_io_uring_setup,
    libc::SYS_kcmp,
    libc::SYS_kexec_load,
    libc::SYS_kexec_file_load,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_ioperm,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_iopl,
    libc::SYS_migrate_pages,
    libc::SYS_keyctl,
    libc::SYS_mount,
    libc::SYS_mount_setattr,
    libc::SYS_move_mount,
    libc::SYS_move_pages,
    libc::SYS_name_to_handle_at,
    libc::SYS_open_by_handle_at,
    libc::SYS_open_tree,
    libc::SYS_perf_event_open,
    libc::SYS_personality,
    libc::SYS_pidfd_getfd,
    libc::SYS_pivot_root,
    libc::SYS_process_madvise,
    libc::SYS_process_vm_readv,
    libc::SYS_process_vm_writev,
    libc::SYS_ptrace,
    libc::SYS_quotactl,
    libc::SYS_reboot,
    libc::SYS_request_key,
    libc::SYS_setdomainname,
    libc::SYS_sethostname,
    libc::SYS_setns,
    libc::SYS_settimeofday,
    libc::SYS_swapoff,
    libc::SYS_swapon,
    libc::SYS_syslog,
    libc::SYS_umount2,
    libc::SYS_unshare,
    libc::SYS_userfaultfd,
    libc::SYS_vhangup,
    // Takes its flags from memory, where a filter cannot read them; the C library falls back to `clone`.
    libc::SYS_clone3,
];

/// Memory and queues that all processes of a machine share, and signals to them.
const BESIDE_LANDLOCK: &[c_long] = &[
    libc::SYS_inotify_add_watch,
    libc::SYS_ioprio_set,
    libc::SYS_mq_open,
    libc::SYS_mq_unlink,
    libc::SYS_msgctl,
    libc::SYS_msgget,
    libc::SYS_msgrcv,
    libc::SYS_msgsnd,
    libc::SYS_semctl,
    libc::SYS_semget,
    libc::SYS_semop,
    libc::SYS_semtimedop,
    libc::SYS_shmat,
    libc::SYS_shmctl,
    libc::SYS_shmget,
    libc::SYS_pidfd_send_signal,
    libc::SYS_rt_sigqueueinfo,
    libc::SYS_rt_tgsigqueueinfo,
    libc::SYS_sched_setattr,
    libc::SYS_sched_setparam,
    libc::SYS_sched_setscheduler,
    libc::SYS_setpriority,
    // A process that left its group would outlive the job.
    libc::SYS_setsid,
    libc::SYS_setpgid,
];

/// Calls of newer systems, which have one number on all processors: `fchmodat2`, `setxattrat`, `removexattrat` and
/// `file_setattr`.
const NEWER_MODES: &[c_long] = &[452, 463, 466, 469];

/// Landlock watches over contents, not over modes, owners and times. Files of memory have neither place nor limit.
const MODES: &[c_long] = &[
    #[cfg(target_arch = "x86_64")]
    libc::SYS_chmod,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_chown,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_lchown,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_utime,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_utimes,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_futimesat,
    libc::SYS_fchmod,
    libc::SYS_fchmodat,
    libc::SYS_fchown,
    libc::SYS_fchownat,
    libc::SYS_fremovexattr,
    libc::SYS_fsetxattr,
    libc::SYS_lremovexattr,
    libc::SYS_lsetxattr,
    libc::SYS_memfd_create,
    libc::SYS_removexattr,
    libc::SYS_setxattr,
    libc::SYS_utimensat,
];

#[cfg(target_arch = "x86_64")]
const FORK: &[c_long] = &[libc::SYS_fork, libc::SYS_vfork];
#[cfg(not(target_arch = "x86_64"))]
const FORK: &[c_long] = &[];

/// The request that types into a terminal.
const TIOCSTI: u64 = 0x5412;

/// The filter for a wall and a freedom.
fn filter(wall: Wall, freedom: Freedom) -> seccompiler::Result<BpfProgram> {
    let mut rules: BTreeMap<i64, Vec<SeccompRule>> = BTreeMap::new();
    let mut deny = |calls: &[c_long]| {
        rules.extend(calls.iter().map(|call| (*call, Vec::new())));
    };
    deny(ALWAYS);
    if wall == Wall::Landlock {
        deny(BESIDE_LANDLOCK);
    }
    if !freedom.modes {
        deny(MODES);
        deny(NEWER_MODES);
    }
    if !freedom.sockets {
        deny(&[libc::SYS_socket]);
    }
    if !freedom.programs {
        deny(FORK);
    }
    let argument = |number: u8, operator: SeccompCmpOp, value: u64| {
        SeccompCondition::new(number, SeccompCmpArgLen::Qword, operator, value)
    };
    let rule = |condition: SeccompCondition| SeccompRule::new(vec![condition]);
    let low = |condition: u64| {
        SeccompCondition::new(1, SeccompCmpArgLen::Dword, SeccompCmpOp::Eq, condition)
    };
    rules.insert(libc::SYS_ioctl, vec![rule(low(TIOCSTI)?)?]);
    if wall == Wall::Landlock {
        // The limits of another process, and where it runs.
        let another = || rule(argument(0, SeccompCmpOp::Ne, 0)?);
        rules.insert(libc::SYS_prlimit64, vec![another()?]);
        rules.insert(libc::SYS_sched_setaffinity, vec![another()?]);
    }
    let mut clone = Vec::new();
    let namespaces = [
        libc::CLONE_NEWUSER,
        libc::CLONE_NEWNS,
        libc::CLONE_NEWPID,
        libc::CLONE_NEWNET,
        libc::CLONE_NEWIPC,
        libc::CLONE_NEWUTS,
        libc::CLONE_NEWCGROUP,
    ];
    let bits = |bits: libc::c_int| u64::from(bits.cast_unsigned());
    for namespace in namespaces {
        let bit = bits(namespace);
        clone.push(rule(argument(0, SeccompCmpOp::MaskedEq(bit), bit)?)?);
    }
    let thread = bits(libc::CLONE_THREAD);
    if !freedom.threads {
        clone.push(rule(argument(0, SeccompCmpOp::MaskedEq(thread), thread)?)?);
    }
    if !freedom.programs {
        clone.push(rule(argument(0, SeccompCmpOp::MaskedEq(thread), 0)?)?);
    }
    rules.insert(libc::SYS_clone, clone);
    let filter = SeccompFilter::new(
        rules,
        SeccompAction::Allow,
        SeccompAction::Errno(libc::ENOSYS.cast_unsigned()),
        std::env::consts::ARCH.try_into()?,
    )?;
    Ok(filter.try_into()?)
}

fn failed(error: &seccompiler::Error) -> Error {
    Error::Machine {
        doing: "filter system calls".to_owned(),
        source: error.to_string().into(),
    }
}

/// Lays a filter on the calling process, for good.
pub(super) fn apply(wall: Wall, freedom: Freedom) -> Result<()> {
    let program = filter(wall, freedom).map_err(|error| failed(&error))?;
    seccompiler::apply_filter(&program).map_err(|error| failed(&error))
}

/// Filters as files, as bubblewrap wants them.
pub(super) struct Filters {
    folder: PathBuf,
}

impl Filters {
    /// Filters in a folder below `work`.
    pub(super) fn below(work: &Path) -> Result<Filters> {
        let folder = work.join("seccomp");
        std::fs::create_dir_all(&folder)
            .map_err(|error| Error::at("create the folder", &folder, error))?;
        Ok(Filters { folder })
    }

    /// The file of a filter. It is named for its content, so one that is there is right.
    pub(super) fn of(&self, wall: Wall, freedom: Freedom) -> Result<PathBuf> {
        let program = filter(wall, freedom).map_err(|error| failed(&error))?;
        let mut bytes = Vec::with_capacity(program.len() * 8);
        for step in program {
            bytes.extend(step.code.to_ne_bytes());
            bytes.extend([step.jt, step.jf]);
            bytes.extend(step.k.to_ne_bytes());
        }
        let path = self.folder.join(file_tree::hash([&bytes[..]]));
        if !path.exists() {
            file_tree::write_bytes(&path, &bytes)?;
        }
        Ok(path)
    }
}
