// What a project of one's own has as codegen.ts.
export default {
  schema: 'schema.graphql',
  documents: ['Story.ts'],
  generates: {
    './generated/': {
      preset: 'client',
      presetConfig: { persistedDocuments: true, fragmentMasking: false },
      config: {
        useTypeImports: true,
        emitLegacyCommonJSImports: false,
        strictScalars: true,
        scalars: { Date: 'string', DateTime: 'string', EmailAddress: 'string', PhoneNumber: 'string', URL: 'string' },
      },
    },
  },
};
