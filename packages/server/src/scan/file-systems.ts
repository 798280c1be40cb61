/** File systems that hold no files: what lies in them is made when it is read, may never end, or acts when it is read. */

/** `f_type` of statfs(2) by linux/magic.h. */
const KERNEL_TYPES: ReadonlySet<number> = new Set([
  0x9fa0, // proc
  0x6265_6572, // sysfs
  0x1cd1, // devpts
  0x0027_e0eb, // cgroup
  0x6367_7270, // cgroup2
  0x6462_6720, // debugfs
  0x7472_6163, // tracefs
  0x7363_6673, // securityfs
  0xcafe_4a11, // bpf
  0x6165_676c, // pstore
  0xde5e_81e4, // efivarfs
  0x6265_6570, // configfs
  0xf97c_ff8c, // selinux
  0x6573_5543, // fusectl
  0x4249_4e4d, // binfmt_misc
  0x1980_0202, // mqueue
  0x6759_6969, // rpc_pipefs
  0x6e73_6673, // nsfs
])

/** Whether a file system of this type is one of the kernel's own. */
export function isKernelType(type: number): boolean {
  return KERNEL_TYPES.has(type >>> 0)
}
