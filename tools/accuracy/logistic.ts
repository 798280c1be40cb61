/**
 * Logistic regression, small and the same on every run: sparse rows, L2, no chance. Full-batch gradient with a diagonal
 * step (Adagrad) from zero; a few hundred rounds are enough for some hundred weights.
 */

/** Rows in one block: row `i` has the entries from `starts[i]` to `starts[i + 1]`. */
export interface Matrix {
  readonly starts: Uint32Array
  readonly columns: Uint16Array
  /** 0 to 1. */
  readonly values: Float32Array
  readonly width: number
}

/** Log-odds are `intercept + Σ weights[column] · value`, in nats. */
export interface Model {
  readonly intercept: number
  readonly weights: Float64Array
}

/** What is fitted on. */
export interface Sample {
  readonly matrix: Matrix
  /** 1 for bad, 0 for good. */
  readonly labels: Uint8Array
  /** How much each row counts; they need not add up to anything. */
  readonly weights: Float64Array
}

/** Gathers rows of `[column, value]` pairs. */
export function matrixOf(rows: readonly (readonly (readonly [number, number])[])[], width: number): Matrix {
  const starts = new Uint32Array(rows.length + 1)
  for (const [at, row] of rows.entries()) starts[at + 1] = starts[at]! + row.length
  const columns = new Uint16Array(starts[rows.length]!)
  const values = new Float32Array(columns.length)
  for (const [at, row] of rows.entries()) {
    for (const [place, [column, value]] of row.entries()) {
      columns[starts[at]! + place] = column
      values[starts[at]! + place] = value
    }
  }
  return { starts, columns, values, width }
}

/** The log-odds of a row, in nats. */
export function logOddsOf({ starts, columns, values }: Matrix, model: Model, row: number): number {
  let sum = model.intercept
  for (let at = starts[row]!; at < starts[row + 1]!; at++) sum += model.weights[columns[at]!]! * values[at]!
  return sum
}

/**
 * Fits a model: `penalty` is what a weight of 1 nat costs (as rows of weight 1, half its square); the intercept is free.
 * `rounds` passes over the sample. No weight of a column gets below `floorOf` it.
 */
export function fit(
  sample: Sample,
  penalty: number,
  rounds: number,
  floorOf: (column: number) => number = () => Number.NEGATIVE_INFINITY,
): Model {
  const { matrix, labels, weights } = sample
  const model = { intercept: 0, weights: new Float64Array(matrix.width) }
  const gradient = new Float64Array(matrix.width)
  const squares = new Float64Array(matrix.width).fill(1e-6)
  const floors = Float64Array.from(gradient, (_, column) => floorOf(column))
  let interceptSquares = 1e-6
  for (let round = 0; round < rounds; round++) {
    for (let column = 0; column < matrix.width; column++) gradient[column] = penalty * model.weights[column]!
    let interceptGradient = 0
    for (let row = 0; row < labels.length; row++) {
      const error = (1 / (1 + Math.exp(-logOddsOf(matrix, model, row))) - labels[row]!) * weights[row]!
      interceptGradient += error
      for (let at = matrix.starts[row]!; at < matrix.starts[row + 1]!; at++) {
        const column = matrix.columns[at]!
        gradient[column] = gradient[column]! + error * matrix.values[at]!
      }
    }
    const step = 0.5
    for (let column = 0; column < matrix.width; column++) {
      squares[column] = squares[column]! + gradient[column]! ** 2
      const weight = model.weights[column]! - (step * gradient[column]!) / Math.sqrt(squares[column]!)
      model.weights[column] = Math.max(floors[column]!, weight)
    }
    interceptSquares += interceptGradient ** 2
    model.intercept -= (step * interceptGradient) / Math.sqrt(interceptSquares)
  }
  return model
}
