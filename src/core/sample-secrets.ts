/** One secret of each kind, made up, for tests that search for them. Put together here so that no scanner takes this file for a leak. Stage: core. */

const letters = 'aB3dE6gH9jK2mN5pQ8rS1tU4vW7xY0zA'
const hex = '0f1e2d3c4b5a69788796a5b4c3d2e1f0'

/** By kind; each text is one that must appear nowhere. */
export const sampleSecrets: Readonly<Record<string, string>> = {
  openai: `sk-${letters}`,
  openaiProject: `sk-proj-${letters}_${letters}`,
  anthropic: `sk-ant-api03-${letters}-${letters}AA`,
  github: `ghp_${letters}1234`,
  githubFineGrained: `github_pat_11${letters}`,
  gitlab: `glpat-${letters.slice(0, 20)}`,
  slack: `xoxb-${'123456789012'}-${letters.slice(0, 24)}`,
  awsAccess: `AKIA${'IOSFODNN7SAMPLE1'}`,
  awsSecret: `wJalrXUtnFEMI/K7MDENG/bPx${'RfiCYSAMPLEKEYX'}`,
  google: `AIza${letters}abc`,
  stripe: `sk_live_${letters.slice(0, 24)}`,
  jwt: `eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.${letters}`,
  privateKey: `-----BEGIN RSA ${'PRIVATE'} KEY-----\nMIIEpAIBAAKCAQEA${letters}\n${letters}\n-----END RSA ${'PRIVATE'} KEY-----`,
  azureStorage: `AccountKey=${letters}${letters}==`,
  azureOpenai: `api-key: ${hex}`,
  huggingface: `hf_${letters}`,
  npm: `npm_${letters}abcd`,
  twilio: `SK${hex}`,
  sendgrid: `SG.${letters.slice(0, 22)}.${letters}${letters.slice(0, 11)}`,
  database: `postgres://shop:${'h0rse-battery'}@db.internal:5432/shop`,
  basic: `Basic ${Buffer.from('admin:staple-77').toString('base64')}`,
  bearer: `Bearer ${letters}.${letters}`,
  query: `https://maps.example.com/geo?q=Paris&key=${letters.slice(0, 20)}`,
  assignment: `DB_PASSWORD=${'c0rrect-h0rse'}`,
}

/** What of each sample must be gone: the secret itself, not the words around it. */
export const secretParts: Readonly<Record<string, string>> = {
  ...sampleSecrets,
  privateKey: `MIIEpAIBAAKCAQEA${letters}`, azureStorage: `${letters}${letters}`, azureOpenai: hex, database: 'h0rse-battery',
  basic: Buffer.from('admin:staple-77').toString('base64'), bearer: `${letters}.${letters}`, query: `key=${letters.slice(0, 20)}`, assignment: 'c0rrect-h0rse',
}
