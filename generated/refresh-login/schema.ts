// Generated from openapi/refresh-login.yaml by `npm run generate`. Do not edit.

export interface paths {
    "/v1/api/auth/login": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Log in
         * @description Checks a user's password and answers with an access token, a refresh token and their lifetimes.
         */
        post: operations["login"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/api/auth/refresh": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Refresh the tokens
         * @description Renews a login by its refresh token, without the password.
         *
         *     The documented reply holds no new token: the tokens already held go on, for the lifetimes that the login
         *     stated, counted from this reply. If a reply does hold an access token, use that one.
         */
        post: operations["refresh"];
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
        /** @description A login request. */
        LoginRequest: {
            /**
             * @description Id of the user.
             * @example user-1
             */
            user: string;
            /**
             * Format: password
             * @description Password of the user.
             */
            password: string;
        };
        /** @description A login that succeeded: the tokens and their lifetimes. */
        LoginSuccess: {
            /**
             * @description `0`: success.
             * @constant
             */
            code: 0;
            /** @description The tokens and their lifetimes. */
            result: {
                token_type?: components["schemas"]["TokenType"];
                access_token: components["schemas"]["AccessToken"];
                access_token_expires_in?: components["schemas"]["AccessTokenLifetime"];
                refresh_token?: components["schemas"]["RefreshToken"];
                refresh_token_expires_in?: components["schemas"]["RefreshTokenLifetime"];
            };
            /**
             * @description Where to lead the user next, `pw/reset` in the page's example.
             * @example pw/reset
             */
            redirect?: string;
        };
        /** @description A login that was refused. */
        LoginFailure: {
            /** @description Any number but 0. No code is documented. */
            code: number;
        };
        /** @description A refresh request. */
        RefreshRequest: {
            refresh_token?: components["schemas"]["RefreshToken"];
        };
        /** @description A refresh that succeeded. */
        RefreshSuccess: {
            /** @description How the refresh went, and new tokens if there are any. */
            result: {
                /**
                 * @description `0`: success.
                 * @constant
                 */
                code: 0;
                /**
                 * @description The result in words, `Ok` in the page's example.
                 * @example Ok
                 */
                desc?: string;
                token_type?: components["schemas"]["TokenType"];
                access_token?: components["schemas"]["AccessToken"];
                access_token_expires_in?: components["schemas"]["AccessTokenLifetime"];
                refresh_token?: components["schemas"]["RefreshToken"];
                refresh_token_expires_in?: components["schemas"]["RefreshTokenLifetime"];
            };
        };
        /** @description A refresh that was refused. */
        RefreshFailure: {
            /** @description How the refresh went. */
            result: {
                /** @description Any number but 0. No code is documented. */
                code: number;
                /**
                 * @description The name of the error.
                 * @example invalid_token
                 */
                error?: string;
                /**
                 * @description The result in words.
                 * @example The refresh token is no longer good.
                 */
                desc?: string;
            };
        };
        /**
         * @description How the access token is sent, `Bearer` in the page's example.
         * @example Bearer
         */
        TokenType: string;
        /** @description The token that every other call needs. */
        AccessToken: string;
        /**
         * @description Lifetime of the access token, in seconds from the reply. At most a year.
         * @example 1800
         */
        AccessTokenLifetime: number;
        /** @description The token that renews the login. */
        RefreshToken: string;
        /**
         * @description Lifetime of the refresh token, in seconds from the reply. At most a year.
         * @example 14400
         */
        RefreshTokenLifetime: number;
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
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description Who logs in. Sent as `application/json`. */
        requestBody: {
            content: {
                "application/json": components["schemas"]["LoginRequest"];
            };
        };
        responses: {
            /** @description The login was answered; `code` says whether it succeeded. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LoginSuccess"] | components["schemas"]["LoginFailure"];
                };
            };
            /** @description Anything that the page does not describe. */
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
    refresh: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description The login to renew. Sent as `application/json`. */
        requestBody: {
            content: {
                "application/json": components["schemas"]["RefreshRequest"];
            };
        };
        responses: {
            /** @description The refresh was answered; `result.code` says whether it succeeded. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RefreshSuccess"] | components["schemas"]["RefreshFailure"];
                };
            };
            /** @description Anything that the page does not describe. */
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
