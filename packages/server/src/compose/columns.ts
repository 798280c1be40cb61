/** What commands know of tables: how their columns are said. It loads no format, for commands must begin quickly. */
import { unwrap } from '@tocsin/core/base'
import { parseColumns } from '../formats/columns.ts'

/** The text itself where it says which column is what; throws a `ProblemError` (`invalid`) for any other. */
export function checkedColumns(text: string): string {
  unwrap(parseColumns(text))
  return text
}
