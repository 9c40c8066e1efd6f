// Odoo's own globals beside the browser's; run with the project's static checks (.ci/static).
const names = ["window", "document", "console", "setTimeout", "clearTimeout", "Event", "URL", "odoo", "luxon", "$"];

export default [
    { ignores: [".data/**", "**/node_modules/**"] },
    {
        files: ["**/*.js"],
        languageOptions: {
            ecmaVersion: 2022,
            sourceType: "module",
            globals: Object.fromEntries(names.map((name) => [name, "readonly"])),
        },
        linterOptions: { reportUnusedDisableDirectives: "error" },
        rules: {
            eqeqeq: "error",
            "no-const-assign": "error",
            "no-dupe-keys": "error",
            "no-redeclare": "error",
            "no-undef": "error",
            "no-unreachable": "error",
            "no-unused-vars": "error",
            "no-var": "error",
            "prefer-const": "error",
        },
    },
];
