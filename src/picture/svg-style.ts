/** The looks of a picture, light and dark. Stage: picture. */
import type { BoxKind } from './picture.ts'

type Colors = Readonly<Record<BoxKind, readonly [fill: string, line: string]>> & { readonly page: string; readonly ink: string; readonly dim: string; readonly arrow: string; readonly blame: string }

const light: Colors = {
  page: '#ffffff', ink: '#1b1b1b', dim: '#5a5a5a', arrow: '#8a8a8a', blame: '#b0177b',
  parameter: ['#ffe8c4', '#9a5b00'], value: ['#eeeeee', '#6b6b6b'], step: ['#e1edfa', '#2f6ca8'], error: ['#ffdcd8', '#b3261e'], more: ['#f1ecf8', '#6b5b95'],
}
const dark: Colors = {
  page: '#14171c', ink: '#f0f0f0', dim: '#b4b4b4', arrow: '#8c8c8c', blame: '#ff7ac6',
  parameter: ['#4a3410', '#e3a44a'], value: ['#2e3136', '#a0a0a0'], step: ['#1b3049', '#6da8e0'], error: ['#4f1d1a', '#ff8a80'], more: ['#322a44', '#b39ddb'],
}

function rules(colors: Colors): string {
  const kinds = (['parameter', 'value', 'step', 'error', 'more'] as const).map((kind) => {
    const [fill, line] = colors[kind]
    return `.${kind} .shape{fill:${fill};stroke:${line}}.${kind} .fold,.${kind} .output{stroke:${line}}`
  })
  return [
    `.page{fill:${colors.page}}.inside{stroke:${colors.dim}}text{fill:${colors.ink}}.description,.input,.note{fill:${colors.dim}}`, ...kinds,
    `.arrow .line{stroke:${colors.arrow}}.arrow .tip{fill:${colors.arrow}}`,
    `.blamed .shape,.blamed .line{stroke:${colors.blame}}.blamed .tip,.flag{fill:${colors.blame}}`,
  ].join('')
}

/** Every rule holds inside of a picture only, also where several stand in one page. */
function inside(css: string): string {
  return css.replaceAll(/[^{}]+(?=\{)/g, (selectors) => selectors.split(',').map((selector) => `.trace-eval-graph ${selector}`).join(','))
}

const base = [
  'text{font:12px ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;white-space:pre}.title,.head{font-weight:bold}.description{font-style:italic}',
  '.shape{stroke-width:1.3}.more .shape{stroke-dasharray:5 3}.fold,.output,.line{fill:none}.inside{fill:none;stroke-dasharray:2 3}.output{stroke-width:1}.line{stroke-width:1.2}.blamed .shape,.blamed .line{stroke-width:2.6}',
].join('')

/** A style sheet without anything that XML would have to escape. */
export const styleSheet: string = `${inside(base)}${inside(rules(light))}@media(prefers-color-scheme:dark){${inside(rules(dark))}}`

const scheme = (one: string, other: string): string => `light-dark(${one},${other})`
const pairs = (one: readonly [string, string], other: readonly [string, string]): readonly [string, string] => [scheme(one[0], other[0]), scheme(one[1], other[1])]
const either: Colors = {
  page: 'none', ink: scheme(light.ink, dark.ink), dim: scheme(light.dim, dark.dim), arrow: scheme(light.arrow, dark.arrow), blame: scheme(light.blame, dark.blame),
  parameter: pairs(light.parameter, dark.parameter), value: pairs(light.value, dark.value), step: pairs(light.step, dark.step), error: pairs(light.error, dark.error), more: pairs(light.more, dark.more),
}

/** The same for pictures inside a page, once for all of them: they take its background and its colour scheme. */
export const pageStyleSheet: string = `${inside(base)}${inside(rules(either))}`
