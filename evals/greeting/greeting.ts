/** A sales agent greets a customer: how, is code that can be learned. */
import { bundle } from 'trace-eval'

/** What the customer wrote first. */
interface Contact { message: string }

/**
 * Greets a customer in the language of the message, Spanish or English, and by name where the message tells it:
 * "Hello Ada, how can I help you?".
 */
export const greet = bundle(function greet(contact: Contact): string {
  return contact.message.startsWith('Hello') ? 'Hello, how can I help you?' : 'Hi!'
}, { trainable: true })
