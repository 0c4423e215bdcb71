/** What a client threw: what it means, and what is thrown in its place. Stage: llm. */
import { callError, type Failure } from '../calls/call-error.ts'
import { faultOf, UnusableReply, type Fault } from '../calls/model-fault.ts'
import { modelScope } from '../model-scope.ts'

export const stoppedByCaller: Fault = { kind: 'aborted', message: 'the call was stopped' }

/** What the client threw stays what it is; the run is told the whole of it. */
export function thrownFor(failure: Failure, model: { readonly name: string; readonly server?: string }): unknown {
  const { error } = failure
  const told = callError(model, failure)
  if (!(error instanceof Error) || error instanceof UnusableReply) return told
  modelScope()?.calls.failures.set(error, told)
  return error
}

/** As `faultOf`; what a client throws that is neither of the network nor of the server, is about an answer that came: it could not be parsed. */
export function clientFault(error: unknown): Fault {
  const fault = faultOf(error)
  if (!isOfReading(error) || fault.kind === 'timeout') return fault
  // Cut off or refused: it would be so again.
  return { kind: error.constructor.name.endsWith('FinishReasonError') ? 'bad-request' : 'malformed', message: `the answer could not be parsed: ${fault.message}` }
}

/** What a client says of an answer that it could not parse; nothing of any other error. */
export function parseProblem(error: unknown): string | undefined {
  return isOfReading(error) && clientFault(error).kind === 'malformed' ? faultOf(error).message : undefined
}

function isOfReading(error: unknown): error is Error {
  return error instanceof Error && !(error instanceof UnusableReply) && error.cause === undefined && !('status' in error) && !('code' in error) && !error.constructor.name.startsWith('API')
}
