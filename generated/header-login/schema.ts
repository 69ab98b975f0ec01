// Generated from openapi/header-login.yaml by `npm run generate`. Do not edit.

export interface paths {
    "/login": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get an authentication token
         * @description Answers the user name and password in the request's headers with a token that works for 30 minutes. The page names no HTTP method; that it is GET is inferred from a request that has headers and no body.
         */
        get: operations["login"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description What a login is answered with on HTTP 200. */
        LoginReply: components["schemas"]["LoginSuccess"] | components["schemas"]["LoginFailure"] | components["schemas"]["TokenExpired"];
        /** @description A login that succeeded: the token. */
        LoginSuccess: {
            /**
             * @description `ok`: the reply has a token.
             * @constant
             */
            status: "ok";
            /**
             * @description Execution status code, `200` in the page's example. The API's table of common codes also has 201 with `ok`, "User created.", which no login is known to answer.
             * @constant
             */
            code: 200;
            /** @description Your authentication token, only with `status` `ok`. Works for the next 30 minutes, which are taken to count from the reply. The page's own type for it is "associative array", yet its example is a string: a JWT with `user` and `exp`, without `iat`. */
            token: string;
        };
        /** @description A login that was refused: the code and the message say why. */
        LoginFailure: {
            /**
             * @description `error`: the request was refused.
             * @constant
             */
            status: "error";
            /**
             * @description Execution status code.
             *
             *     | code | meaning | said by |
             *     |---|---|---|
             *     | `401` | The token is not valid, or user name and password match no user. | the table of common codes |
             *     | `402` | A required header is missing or empty. | the login page |
             *     | `404` | A field is not among those available for report sections, or data is not in the database. | the login page |
             * @enum {integer}
             */
            code: 401 | 402 | 404;
            /**
             * @description The error in words, only with `status` `error`. For people; decide by `code`.
             * @example Data not found.
             */
            message?: string;
        };
        /** @description A token that has expired. Beware: its `status` is `ok`. */
        TokenExpired: {
            /**
             * @description `ok`, although no token is issued.
             * @constant
             */
            status: "ok";
            /**
             * @description Execution status code, `498`: the token has expired.
             * @constant
             */
            code: 498;
            /**
             * @description The error in words. For people; decide by `code`.
             * @example Token has expired.
             */
            message?: string;
        };
        /** @description Any JSON value. */
        UndescribedReply: unknown;
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    login: {
        parameters: {
            query?: never;
            header: {
                /** @description Your user name. */
                "User-Name": string;
                /** @description Your password. */
                Password: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A token; or a refusal, if the service reports refusals on HTTP 200, which the page does not say. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LoginReply"];
                };
            };
            /** @description No user has this name and password, or a token was not valid. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LoginFailure"];
                };
            };
            /** @description A required header is missing or empty. */
            402: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LoginFailure"];
                };
            };
            /** @description A field or data was not found. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LoginFailure"];
                };
            };
            /** @description A token has expired. */
            498: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TokenExpired"];
                };
            };
            /** @description Anything that the login page does not describe. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UndescribedReply"];
                };
            };
        };
    };
}
