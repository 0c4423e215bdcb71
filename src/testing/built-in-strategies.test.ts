/** Every search strategy that comes with the library keeps the contract. Stage: testing. */
import { strategyByName, strategyNames } from '../train/strategy-by-name.ts'
import { strategyContract } from './strategy-contract.ts'

for (const name of strategyNames) strategyContract(name, () => strategyByName(name))
