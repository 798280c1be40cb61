/** Android packages, and their manifests by themselves: a package that is changed is no zip any more in most cases. */
import { ProblemError } from '@tocsin/core/base'
import { type ApkFacts, readApkFacts } from '../../packages/server/src/formats/apk/apk.ts'
import { type ManifestFacts, readManifest } from '../../packages/server/src/formats/apk/manifest.ts'
import { APK, APK_MANIFEST } from './samples/apk.ts'
import { must, type Target } from './target.ts'

/** Facts or a problem; facts are bounded. */
export const APK_FACTS: Target = {
  name: 'apk',
  seeds: [APK],
  async check(bytes) {
    const read = await readApkFacts(bytes)
    if (read.ok) checkSigners(read.value)
    else must(read.problem.message.length <= 500, () => `a problem of ${read.problem.message.length} characters`)
  },
}

/** The same of a manifest alone. */
export const MANIFESTS: Target = {
  name: 'apk-manifest',
  seeds: [APK_MANIFEST],
  check(bytes) {
    try {
      checkFacts(readManifest(bytes))
    } catch (error) {
      if (!(error instanceof ProblemError) || error.problem.code !== 'invalid') throw error
      must(error.message.length <= 500, () => `a problem of ${error.message.length} characters`)
    }
  },
}

function checkSigners(facts: ApkFacts): void {
  checkFacts(facts)
  must(
    facts.certificates.every(each => /^[0-9a-f]{64}$/.test(each)),
    () => `certificates ${facts.certificates.join()}`,
  )
  must(facts.certificates.length <= 640 && facts.schemes.length <= 4, () => `${facts.certificates.length} certificates`)
}

function checkFacts({ package: name, versionCode = 0, versionName = '', permissions }: ManifestFacts): void {
  must(/^[A-Za-z][\w.]{0,254}$/.test(name), () => `package "${name}"`)
  must(Number.isInteger(versionCode) && versionCode >= 0 && versionCode < 2 ** 32, () => `version ${versionCode}`)
  must(versionName.length <= 128, () => `a version of ${versionName.length} characters`)
  must(permissions >= 0 && permissions <= 10_000, () => `${permissions} permissions`)
}
