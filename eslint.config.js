import { defineConfig } from "eslint/config";
import tseslint from "typescript-eslint";

/** Classes that every realm has of its own, such as the vm context of a test file in Jest. */
const classesOfARealm = Object.getOwnPropertyNames(globalThis).filter((name) =>
  /^[A-Z]/.test(name),
);

export default defineConfig(
  { ignores: ["node_modules/", "dist/", ".regtest-network/"] },
  {
    files: ["**/*.ts"],
    ignores: ["explorer/page/app/**"],
    extends: [tseslint.configs.strictTypeChecked],
    // One program for all files takes three quarters of the time of one for each that is asked for.
    languageOptions: { parserOptions: { project: "./tsconfig.json" } },
    rules: {
      eqeqeq: "error",
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/explicit-module-boundary-types": "error",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
    },
  },
  {
    // What runs in the browser, where a component's return type is always the same.
    files: ["explorer/page/app/**/*.{ts,tsx}"],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { project: "./explorer/page/app/tsconfig.json" } },
    rules: {
      eqeqeq: "error",
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
    },
  },
  {
    // What the package consists of is among them.
    files: ["**/*.ts"],
    ignores: ["tests/**", "explorer/page/app/**"],
    rules: {
      "no-restricted-syntax": [
        "error",
        {
          selector: `BinaryExpression[operator="instanceof"][right.name=/^(${classesOfARealm.join("|")})$/]`,
          message:
            "Under Jest, and in vitest's pools of vm contexts, what Node made is no instance of it: use base/is-error.ts, or look at what it can do.",
        },
      ],
    },
  },
);
