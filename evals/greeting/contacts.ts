/** First messages of customers, written for this example. */
export const contacts = [
  { id: 'ada', message: 'Hi, I am Ada and I need running shoes.', language: 'en', name: 'Ada' },
  { id: 'juan', message: 'Hola, soy Juan. Busco una bicicleta.', language: 'es', name: 'Juan' },
  { id: 'no name', message: 'Do you sell kettles?', language: 'en', name: undefined },
  { id: 'maria', message: 'Buenas tardes, me llamo Maria y quiero un regalo.', language: 'es', name: 'Maria' },
  { id: 'tom', message: "Good morning, I'm Tom. Any offers today?", language: 'en', name: 'Tom' },
  { id: 'sin nombre', message: 'Quiero devolver un pedido.', language: 'es', name: undefined },
  { id: 'li', message: 'Hello, my name is Li.', language: 'en', name: 'Li' },
  { id: 'gracias', message: 'Gracias por la oferta, soy Pedro.', language: 'es', name: 'Pedro' },
] as const
