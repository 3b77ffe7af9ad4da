import js from '@eslint/js';
import globals from 'globals';
import tseslint from 'typescript-eslint';

export default tseslint.config(
  {
    ignores: [
      '**/node_modules/',
      '**/dist/',
      '**/coverage/',
      '.cache/',
      '.data/',
      '**/test-results/',
      '**/playwright-report/',
      'provisioning/dashboards/',
    ],
  },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  {
    files: ['**/*.{ts,tsx}'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      // `as const` and narrowing stay possible; `x as Foo` on a literal hides missing fields.
      '@typescript-eslint/consistent-type-assertions': [
        'error',
        { assertionStyle: 'as', objectLiteralTypeAssertions: 'never' },
      ],
      // Counts, durations and bigints are what templates are for.
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true, allowNullish: false },
      ],
      // `() => undefined` as a handler, and `void` returned in an arrow, say what is meant.
      '@typescript-eslint/no-confusing-void-expression': [
        'error',
        { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true },
      ],
      '@typescript-eslint/no-empty-function': 'off',
      // A promise-returning handler is awaited nowhere by Express 5, vitest or event emitters that are known here; floating ones stay errors.
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: false }],
      // async without await keeps one signature for all implementations of an interface.
      '@typescript-eslint/require-await': 'off',
      // A type is an alias or an interface by what reads better.
      '@typescript-eslint/consistent-type-definitions': 'off',
      // Endless loops with a return inside are the plainest form of retry and poll.
      '@typescript-eslint/no-unnecessary-condition': ['error', { allowConstantLoopConditions: 'always' }],
      // ISO days and row arrays by index are checked by noUncheckedIndexedAccess.
      '@typescript-eslint/prefer-nullish-coalescing': ['error', { ignorePrimitives: { string: true } }],
      // A generic that types a row at the border (pg's query<Row>, JSON) appears once by nature.
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
      // A key of a record (header, column, variable) may be written as the string that it is.
      '@typescript-eslint/dot-notation': ['error', { allowIndexSignaturePropertyAccess: true }],
      // Strings are spread by code point, on purpose.
      '@typescript-eslint/no-misused-spread': ['error', { allow: ['string'] }],
      // Interfaces of plain functions are written as methods; nothing here depends on `this`.
      '@typescript-eslint/unbound-method': 'off',
      // A callback may be synchronous or not: `void | Promise<void>`.
      '@typescript-eslint/no-invalid-void-type': 'off',
      // What was caught is passed on as it is.
      '@typescript-eslint/prefer-promise-reject-errors': ['error', { allowThrowingUnknown: true }],
      '@typescript-eslint/no-deprecated': 'error',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true },
      ],
    },
  },
  {
    // expect.any() and answers parsed for an assertion are any by their libraries' types; faults throw what is no Error.
    files: ['**/*.test.{ts,tsx}', '**/test/**/*.ts'],
    rules: {
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/only-throw-error': 'off',
      '@typescript-eslint/restrict-template-expressions': 'off',
      '@typescript-eslint/no-non-null-assertion': 'error',
    },
  },
  {
    files: ['**/*.{js,mjs,cjs}'],
    languageOptions: { globals: globals.node },
  },
  {
    rules: {
      // Control characters are looked for in order to refuse them.
      'no-control-regex': 'off',
      // `== null` asks for null and undefined at once.
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'max-lines': ['error', { max: 300 }],
      'no-console': 'off',
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportDefaultDeclaration', message: 'Export by name.' },
        {
          selector: 'CallExpression[callee.name=/^(parseFloat)$/]',
          message: 'Money is bigint micros or a decimal string; parse other numbers with zod.',
        },
      ],
    },
  },
  {
    // Files that Grafana 12.3 provisions have the classic model, which the SDK calls deprecated in favour of v2.
    files: ['dashboards/**/*.ts'],
    rules: { '@typescript-eslint/no-deprecated': 'off' },
  },
  {
    // Tools that ask for a default export.
    files: ['*.config.{js,ts}', '**/*.config.{js,ts,mjs}', '**/global-setup.ts', 'grafana-plugin/src/**/*.{ts,tsx}'],
    rules: { 'no-restricted-syntax': 'off' },
  },
  {
    files: ['**/*.config.ts'],
    extends: [tseslint.configs.disableTypeChecked],
  },
);
