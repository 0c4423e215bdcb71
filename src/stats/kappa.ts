/** Agreement of two raters beyond chance. Stage: stats. */
import { clopperPearson } from './binomial.ts'
import { normalQuantile } from './special.ts'

/** What a table of two raters says. */
export interface Kappa {
  /** Share of items that both rate alike. */
  readonly agreement: number
  readonly agreementLower: number
  /** Cohen's kappa: 1 is perfect, 0 is chance; none where both always say the same one thing. */
  readonly kappa: number | undefined
  readonly kappaLower: number | undefined
  /** Asymptotic; 0 where both agree on everything. */
  readonly standardError: number | undefined
}

/**
 * Cohen's kappa (1960) of a square table of counts, rows one rater and columns the other. The one-sided lower bound is the lower of two: by the asymptotic
 * standard error of Fleiss, Cohen and Everitt (1969), and by the exact bound of the agreement (Clopper and Pearson 1934) at the observed chance
 * agreement, since the first knows no doubt where few items all agree.
 *
 * @example
 * ```ts
 * const { kappa, standardError } = cohenKappa([[31, 12], [4, 58]])
 * kappa?.toFixed(4) // '0.6757'
 * standardError?.toFixed(4) // '0.0734'
 * ```
 */
export function cohenKappa(table: readonly (readonly number[])[], confidence = 0.95): Kappa {
  const n = sum(table.map(sum))
  const share = table.map((row) => row.map((count) => count / n))
  const rows = share.map(sum)
  const columns = rows.map((_, j) => sum(share.map((row) => row[j]!)))
  const held = sum(table.map((row, i) => row[i]!))
  const [agreement, agreementLower] = [held / n, clopperPearson(held, n, { confidence }).lower]
  const chance = sum(rows.map((row, i) => row * columns[i]!))
  if (n === 0 || 1 - chance < 1e-12) return { agreement, agreementLower, kappa: undefined, kappaLower: undefined, standardError: undefined }
  const kappa = (agreement - chance) / (1 - chance)
  const onDiagonal = sum(share.map((row, i) => row[i]! * (1 - (rows[i]! + columns[i]!) * (1 - kappa)) ** 2))
  const beside = sum(share.map((row, i) => sum(row.map((one, j) => (i === j ? 0 : one * (columns[i]! + rows[j]!) ** 2)))))
  const variance = (onDiagonal + (1 - kappa) ** 2 * beside - (kappa - chance * (1 - kappa)) ** 2) / (n * (1 - chance) ** 2)
  const standardError = Math.sqrt(Math.max(0, variance))
  const exact = (agreementLower - chance) / (1 - chance)
  return { agreement, agreementLower, kappa, kappaLower: Math.max(-1, Math.min(exact, kappa - normalQuantile(confidence) * standardError)), standardError }
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)
