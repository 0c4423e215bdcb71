import { expect, test } from 'vitest'
import { BODY_LIMIT, readMail } from './read-mail.ts'

const mail = (...lines: string[]): string => lines.join('\n')

test('reads subject, type, mailer and body', () => {
  expect(readMail(mail('From: a@b.org', 'Subject: Hello', '  again', 'X-Mailer: exmh 2.5', 'Content-Type: text/plain; charset=us-ascii', '', 'Hi Bob,', '', '', '', 'bye')))
    .toEqual({ subject: 'Hello again', type: 'text/plain', mailer: 'exmh 2.5', body: 'Hi Bob,\n\nbye' })
})

test('of several parts the first with a text counts, and its transfer encoding is undone', () => {
  const parts = mail('Content-Type: multipart/mixed; boundary="x"', '', 'preamble', '--x', 'Content-Type: text/plain', '', ' ', '--x', 'Content-Type: text/html', 'Content-Transfer-Encoding: base64', '', btoa('<p>Buy <b>now</b></p>'), '--x--')
  expect(readMail(parts)).toMatchObject({ type: 'text/html', body: 'Buy now' })
  expect(readMail(mail('Content-Transfer-Encoding: quoted-printable', '', 'a long =', 'line =3D one'))).toMatchObject({ body: 'a long line = one' })
})

test('of HTML the text stays, and where its links go', () => {
  expect(readMail(mail('Content-Type: text/html', '', '<html><style>p{}</style><p>Go <a href="http://shop.example/x">here</a>&nbsp;&amp; save</p>')).body).toBe('Go http://shop.example/x here & save')
})

test('masks mail addresses and phone numbers, shortens tracking links, drops control characters', () => {
  const body = 'ask bob@site.org or (800) 555-1234, http://a.example/click?id=0123456789abcdef0123456789 \u001B[2Jend'
  expect(readMail(mail('Subject: x', '', body)).body).toBe('ask someone@example.com or 555-0100, http://a.example/click?id=0123456 [2Jend')
})

test('keeps only the beginning of a long body', () => {
  expect(readMail(mail('Subject: x', '', 'word '.repeat(1000))).body.length).toBeLessThanOrEqual(BODY_LIMIT)
})
