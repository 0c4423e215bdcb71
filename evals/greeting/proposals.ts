/** A fixed list of proposals, as a model might make them one after the other: written by hand for this example. */

/** The first one fails where no name is given, the second knows no language, the third does both. */
export const proposals = [
  `function greet(contact: Contact): string {
  const name = /(?:I am|I'm|my name is) (\\w+)/i.exec(contact.message)![1]
  return \`Hello \${name}, how can I help you?\`
}`,
  `function greet(contact: Contact): string {
  const name = /(?:I am|I'm|my name is|soy|me llamo) (\\w+)/i.exec(contact.message)?.[1]
  return name === undefined ? 'Hello, how can I help you?' : \`Hello \${name}, how can I help you?\`
}`,
  `const spanish = /\\b(?:hola|soy|llamo|busco|quiero|buenas|gracias)\\b/i

function nameIn(message: string): string {
  const found = /(?:I am|I'm|my name is|soy|me llamo) (\\w+)/i.exec(message)?.[1]
  return found === undefined ? '' : \` \${found}\`
}

function greet(contact: Contact): string {
  const name = nameIn(contact.message)
  return spanish.test(contact.message) ? \`Hola\${name}, ¿cómo puedo ayudarle?\` : \`Hello\${name}, how can I help you?\`
}`,
]
