/** What `trace-eval/testing` exports: contract suites for parts that others write. Stage: testing. */
export { contractParameters, singleValueParameters, smallParameters } from './contract-parameters.ts'
export { optimizerContract } from './optimizer-contract.ts'
export { optimizerLaws, type OptimizerLaw } from './optimizer-laws.ts'
export { propagatorContract } from './propagator-contract.ts'
export { propagatorLaws, type PropagatorLaw, type PropagatorSubject } from './propagator-laws.ts'
