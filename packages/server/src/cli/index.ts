export { EXIT, type ExitCode } from './command.ts'
export { run } from './run.ts'
export type { OpenFolder, Output, RemoteNode, RunningNode, Surroundings } from './surroundings.ts'
