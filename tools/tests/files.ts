import type { Repository } from '../repository.ts'

const TEST_FILE = /^(packages\/[^/]+\/src|bench|tools|testing|conformance|e2e)\/(.*\/)?[^/]+\.test\.ts$/

/**
 * The test files to run: all, or those whose path begins with one of the filters or contains it. A filter that fits
 * nothing is an error, since the caller meant something by it.
 */
export function testFiles(repository: Repository, filters: readonly string[]): string[] {
  const all = repository.files.filter(path => TEST_FILE.test(path))
  const wanted = filters.map(filter => filter.replace(/^\.\//, '').replace(/\/$/, ''))
  const idle = wanted.find(filter => !all.some(path => path.includes(filter)))
  if (idle !== undefined) throw new Error(`Cannot select tests by "${idle}": no path of a test file contains it.`)
  return wanted.length === 0 ? all : all.filter(path => wanted.some(filter => path.includes(filter)))
}
