/** Every optimizer that comes with the library keeps the contract. Stage: testing. */
import { optimizerContract } from './optimizer-contract.ts'
import { bootstrapExamples } from '../optimize/bootstrap-examples.ts'
import { coordinate } from '../optimize/coordinate.ts'
import { randomSearch } from '../optimize/random-search.ts'
import { search } from '../optimize/search.ts'
import { tpe } from '../optimize/tpe.ts'

for (const make of [search, tpe, coordinate, bootstrapExamples, randomSearch]) optimizerContract(make().name, make)
