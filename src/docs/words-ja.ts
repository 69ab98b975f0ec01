import { codeSpan } from "./fact-text.ts";
import type { Words } from "./words.ts";

const code = (value: unknown) => codeSpan(JSON.stringify(value));
const codes = (values: unknown) => [values].flat().map(code).join("、");

export const japanese: Words = {
  language: "ja",
  comma: "、",
  colon: ": ",

  skip: "本文へ移動",
  onThisPage: "このページの内容",
  guides: "ガイド",
  otherForms: "このページのほかの形式",
  glance: "概要",
  description: "説明",
  staying: "ログインの維持",
  notes: "ログインのページにないこと",
  version: "この文書",
  compare: "比較",
  outcomes: "結果",

  send: "送信",
  credentials: "認証情報",
  host: "ホスト",
  ownHost: "導入先ごとに異なる",
  success: "成功",
  failure: "失敗",
  lifetime: "トークンの有効期間",
  refreshLifetime: "リフレッシュトークンの有効期間",
  renewal: "更新",
  everyOtherCall: "ほかの呼び出しに付けるもの",
  codes: "既知のコード",
  code: "コード",
  message: "メッセージ",
  notSaid: "記載なし。",
  rejection: "トークンが無効であることを、ほかの呼び出しがどう伝えるか",
  rejected: (isRejected) => (isRejected ? "無効" : "有効のまま"),
  refreshCarries: {
    token: "リクエストには、手元のトークンをトークンのヘッダーで付けます。",
    refreshToken: "リクエストには、リフレッシュトークンをトークンのヘッダーで付けます。",
  },

  places: {
    path: "パス",
    query: "クエリー",
    header: "ヘッダー",
    cookie: "Cookie",
    body: "JSON",
    form: "フォーム",
    basic: "HTTP Basic",
    security: "トークンのヘッダー",
  },
  request: "リクエスト",
  body: "ボディ",
  wholeBody: "ボディ全体",
  replies: "レスポンス",
  members: "メンバー",
  oneOf: "次のいずれか",
  anything: "任意の値。",
  security: "必要な認証",
  noSecurity: "なし",
  scenarios: "シナリオ",
  scenariosText: "モックは、それぞれのリクエストに次のように応答します。",
  sendThis: "送信",
  getBack: "応答",
  noBody: "ボディなし",
  invalidOnPurpose: "意図的に不正",
  replyOnly: "モックは `Prefer` で要求されたときにこれを返します。",
  shownAbove: "リクエストと応答は、このページの最初にあります。",
  tabs: "コードの種類",
  tab: { curl: "curl", typescript: "TypeScript", session: "ログインを維持" },
  sessionRenews: "セッションは、期限の前に自動で更新します。",
  samplesAsk: (mock, host) =>
    `コードの送信先は、${host === undefined ? "導入先のホスト" : `\`${host}\` `}の代わりとなるモック \`${mock}\` です。`,

  required: "必須",
  optional: "任意",
  fact(keyword, value) {
    switch (keyword) {
      case "type":
        return [value].flat().join(" または ");
      case "const":
        return `常に ${code(value)}`;
      case "enum":
        return `${codes(value)} のいずれか`;
      case "not const":
        return `${codes(value)} 以外`;
      case "format":
        return `${value}`;
      case "minimum":
        return `≥ ${value}`;
      case "maximum":
        return `≤ ${value}`;
      case "exclusiveMinimum":
        return `> ${value}`;
      case "exclusiveMaximum":
        return `< ${value}`;
      case "multipleOf":
        return `${value} の倍数`;
      case "minLength":
        return `長さ ≥ ${value}`;
      case "maxLength":
        return `長さ ≤ ${value}`;
      case "minItems":
        return `要素数 ≥ ${value}`;
      case "maxItems":
        return `要素数 ≤ ${value}`;
      case "minProperties":
        return `メンバー数 ≥ ${value}`;
      case "maxProperties":
        return `メンバー数 ≤ ${value}`;
      case "pattern":
        return `\`${value}\``;
      case "default":
        return `既定値 ${code(value)}`;
      case "example":
      case "examples":
        return `例 ${codes(value)}`;
      case "required":
        return `${codes(value)} が必須`;
      case "additionalProperties":
        return value === false ? "ほかのメンバーなし" : undefined;
      default:
        return undefined;
    }
  },
  recursive: (name) => `上の \`${name}\` と同じ`,

  provenance(kind, observed) {
    if (kind === "inferred") return "推定";
    if (kind === "sibling-page") return "別ページ";
    return observed === undefined ? kind : `確認 ${observed}`;
  },
  notesText:
    "印のないことは、ログインのページに記載されています。それ以外の根拠は、**推定**、**別ページ**の記載(文書では `sibling-page`)、実際の応答による**確認**です。",
  everythingDocumented: "ありません。すべてログインのページに記載されています。",
  settleText: (api) =>
    `アカウントがあれば、リクエスト名の付いた項目を確かめられます。\`npx login-apis verify ${api} --server <url>\` は、送る内容を先に示し、同意を得てから送ります。`,
  consent: { safe: "安全", token: "トークンが発行されます", risk: "アカウントに影響することがあります" },
  place: {
    description: "説明",
    server: "サーバー",
    document: "文書",
    path: "パス",
    requestBody: "リクエスト",
    response: "レスポンス",
    scenario: "シナリオ",
    elsewhere: "文書のほかの箇所",
  },

  documentVersion: "バージョン",
  license: "ライセンス",
  contact: "連絡先",
  externalDocs: "ドキュメント",
  tags: "タグ",
  servers: "サーバー",
  termsOfService: "利用規約",

  facts: {
    or: " または ",
    and: " かつ ",
    equals: (name, value) => `${name} が ${value}`,
    otherThan: (name, values) => `${name} が ${values.join("、")} 以外`,
    success: (conditions, token) => `${conditions}。${token}`,
    token: (place) => `トークンは ${place} にあります。`,
    anyError: "HTTP ステータスが 400 以上",
    httpStatus: "HTTP ステータス",
    bodyWith: (names) => `ボディに ${names.join("、")} がある`,
    failure: (conditions, code) =>
      code === undefined ? `${conditions}。` : `${conditions}。理由は ${code} でわかります。`,
    noEnd: "記載なし。ほかの呼び出しで無効とわかるまで使えます。",
    jwt: "トークンは JWT で、期限はそのクレームにあります",
    at: (place) => `期限は ${place} にあります`,
    instant: (place) => `期限は ${place} にあります（時差付きの場合）`,
    seconds: "秒",
    milliseconds: "ミリ秒",
    after: (count, unit) => `レスポンスから ${count} ${unit}`,
    inReply: (place, unit) => `${place} に${unit}単位で示されます`,
    refresh: (operation) => `${operation} とリフレッシュトークンで更新します。パスワードは不要です。`,
    anotherLogin: "もう一度ログインします。",
    headerPlace: (name) => `ヘッダー ${name}`,
    whole: "ボディ全体",
    alternatives: (parts) => parts.join("、または"),
    sentence: (text) => `${text}。`,
  },
  outcomeMeanings: {
    success: "ログインに成功しました。結果には、すぐに送信できるトークンがあります。",
    invalid_credentials:
      "ユーザーとパスワードが合いません。送り直しても変わらず、アカウントがロックされるおそれがあります。",
    invalid_request: "サービスがリクエストを処理できません。不足、空、または形式の誤りがあります。",
    not_permitted: "アカウントまたは会社に許可がありません。先に権限が必要です。",
    not_found: "リクエストが指すものが存在しません。",
    rate_limited: "リクエストが多すぎるか、割り当てを使い切りました。時間をおいて再試行してください。",
    server_error: "サービス側の障害です。時間をおいて再試行してください。",
    unknown: "ここに名前のない理由で拒否されました。コードとメッセージを確認してください。",
  },
  outcomesText: "API がどう表現しても、`login()` の結果は次のいずれかです。",

  first: {
    title: "ログイン API の比較",
    description: "ログイン API が受け取るものと返すもの。OpenAPI 文書から作成。",
    lead: "プログラムからのログインで、それぞれの API が何を受け取り、何を返すかを、OpenAPI 文書のとおりに示します。",
    ownDescription: "機械で読める仕様のないログイン API の、OpenAPI 文書、型付きクライアント、モック。",
    ownLead:
      "いずれもプログラムからログインするための API ですが、機械で読める仕様は公開されていません。login-apis は、その仕様となる OpenAPI 文書と、そこから作った型付きクライアント、文書どおりに応答するモック、そしてこれらのページです。",
    mock: (address) => `アカウントなしで試せます。このページの後ろにあるモックが \`${address}\` で応答します。`,
    mockCommand: (command) => `アカウントなしで試せます。\`${command}\` がすべての API として応答します。`,
    caption: "何を送り、何が返り、トークンをどう使うか",
    fact: "項目",
    notSaid: "ログインのページにないこと",
    counted: (inferred, siblings, observed) =>
      [
        `推定 ${inferred} 件`,
        ...(siblings > 0 ? [`別ページ ${siblings} 件`] : []),
        ...(observed > 0 ? [`確認 ${observed} 件`] : []),
      ].join("、"),
    page: "詳細",
    inEnglish: "英語",
    tryIt: "試す",
    programs: "プログラム向け",
  },

  script: {
    copy: "コピー",
    copied: "コピーしました",
    selected: "選択しました。Ctrl+C でコピーできます",
    notCopied: "コピーできません",
    copyCurl: "curl をコピー",
    copyPage: "ページをコピー",
    sendTo: "{origin} のモックに送信",
    noAnswer: "応答がありません。モックは動いていますか。",
  },

  trying: {
    sending: "送信中…",
    judged: "x-login による判定",
    success: "成功",
    refusal: "拒否: {reason}、コード {code}: {message}",
    noOutcome: "ログインについての応答ではありません",
    ends: "トークンはレスポンスから {seconds} 秒で切れます。",
    endsAt: "トークンは {date} に切れます。",
    noEnd: "期限はレスポンスにありません。",
    carries: "ほかの呼び出しに付けるもの",
    extended: "手元のトークンの有効期間が延びます。",
  },
};
