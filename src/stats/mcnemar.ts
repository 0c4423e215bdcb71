/** McNemar's test: more cases gained than lost than luck would give? Stage: stats. */
import { binomialTail } from './binomial.ts'
import { normalCdf } from './special.ts'

/** Two p-values of the same test. */
export interface McNemar {
  /** Never rejects too often; too careful below some 50 changed cases. */
  readonly exact: number
  /** Counts the observed outcome half: close to its nominal level, and the one to use. 0.5 on one side where nothing changed. */
  readonly midP: number
}

/**
 * McNemar's exact and mid-P test on the cases that changed: `gained` failed before and pass now, `lost` the other way round.
 *
 * @param sides 1: is it better? 2: is it different? @defaultValue 1
 * @see Fagerland, Lydersen and Laake, "The McNemar test for binary matched-pairs data" (BMC Med. Res. Methodol. 13:91, 2013)
 */
export function mcnemar(gained: number, lost: number, sides: 1 | 2 = 1): McNemar {
  const changed = gained + lost
  const extreme = sides === 1 ? gained : Math.max(gained, lost)
  const exact = binomialTail(extreme, changed, 0.5)
  const midP = (exact + binomialTail(extreme + 1, changed, 0.5)) / 2
  return { exact: Math.min(1, sides * exact), midP: Math.min(1, sides * midP) }
}

/** McNemar's test by χ² with the correction for continuity, two-sided, as textbooks print it; the exact one needs no approximation. */
export function mcnemarChiSquared(gained: number, lost: number): { readonly chiSquared: number; readonly p: number } {
  const chiSquared = gained + lost === 0 ? 0 : Math.max(0, Math.abs(gained - lost) - 1) ** 2 / (gained + lost)
  return { chiSquared, p: 2 * normalCdf(-Math.sqrt(chiSquared)) }
}
