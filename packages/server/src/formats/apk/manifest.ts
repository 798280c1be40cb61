/** What `AndroidManifest.xml` says that bears on reputation. */
import { elementsOf, type XmlAttribute, type XmlElement } from './binary-xml.ts'
import { cannotRead } from './little-endian.ts'

/** Ids of attributes (AOSP, frameworks/base/core/res/res/values/public-final.xml). */
const NAME = 0x01010003
const MIN_SDK = 0x0101020c
const TARGET_SDK = 0x01010270
const VERSION_CODE = 0x0101021b
const VERSION_NAME = 0x0101021c

/** A name as Android takes it: parts of letters, digits and underscores; 255 characters at most. */
const PACKAGE = /^[A-Za-z]\w*(?:\.[A-Za-z]\w*)*$/
const PACKAGE_LENGTH_MAX = 255

const VERSION_NAME_LENGTH_MAX = 128
const PERMISSIONS_MAX = 10_000

/** See above. */
export interface ManifestFacts {
  /** As `com.example.app`. Whoever builds an app chooses it: it is a name and no proof. */
  readonly package: string
  /** 0 to 2³² − 1; absent where the manifest does not say it as a number. */
  readonly versionCode?: number
  /** At most 128 characters; absent where it is kept in resources. */
  readonly versionName?: string
  readonly minSdk?: number
  readonly targetSdk?: number
  /** How many different permissions it asks for. */
  readonly permissions: number
}

/** Reads a manifest. Throws a `ProblemError` (`invalid`) where it is none, or names no package. */
export function readManifest(bytes: Uint8Array): ManifestFacts {
  const facts: { -readonly [Name in keyof ManifestFacts]?: ManifestFacts[Name] } = {}
  const permissions = new Set<string>()
  for (const element of elementsOf(bytes)) {
    const { depth, name } = element
    if (depth === 0 && name === 'manifest' && facts.package === undefined) Object.assign(facts, appOf(element))
    if (depth !== 1) continue
    if (name === 'uses-sdk') Object.assign(facts, sdkOf(element))
    if (/^uses-permission(?:-sdk-(?:23|m))?$/.test(name)) addPermission(permissions, element)
  }
  if (facts.package === undefined) throw cannotRead('its manifest must name a package, and names none')
  return { ...facts, package: facts.package, permissions: permissions.size }
}

function appOf(element: XmlElement): Omit<ManifestFacts, 'permissions'> {
  const attributes = element.attributes()
  const name = attributes.find(each => each.id === undefined && each.name === 'package')?.value
  if (typeof name !== 'string' || name.length > PACKAGE_LENGTH_MAX || !PACKAGE.test(name)) {
    throw cannotRead(`its package must be a name as "com.example.app", found "${String(name).slice(0, 80)}"`)
  }
  const versionCode = numberAt(attributes, VERSION_CODE)
  const versionName = valueAt(attributes, VERSION_NAME)
  return {
    package: name,
    ...(versionCode === undefined ? {} : { versionCode }),
    ...(typeof versionName === 'string' ? { versionName: versionName.slice(0, VERSION_NAME_LENGTH_MAX) } : {}),
  }
}

function sdkOf(element: XmlElement): Pick<ManifestFacts, 'minSdk' | 'targetSdk'> {
  const attributes = element.attributes()
  const minSdk = numberAt(attributes, MIN_SDK)
  const targetSdk = numberAt(attributes, TARGET_SDK)
  return { ...(minSdk === undefined ? {} : { minSdk }), ...(targetSdk === undefined ? {} : { targetSdk }) }
}

function addPermission(permissions: Set<string>, element: XmlElement): void {
  const name = valueAt(element.attributes(), NAME)
  if (typeof name === 'string' && permissions.size < PERMISSIONS_MAX) permissions.add(name)
}

function numberAt(attributes: readonly XmlAttribute[], id: number): number | undefined {
  const value = valueAt(attributes, id)
  return typeof value === 'number' ? value : undefined
}

function valueAt(attributes: readonly XmlAttribute[], id: number): string | number | undefined {
  return attributes.find(each => each.id === id)?.value
}
