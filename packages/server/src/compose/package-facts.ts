/** What commands know of Android packages. It loads the format, so it is imported where a package is met. */
export { type ApkFacts, readApkFacts } from '../formats/apk/apk.ts'
