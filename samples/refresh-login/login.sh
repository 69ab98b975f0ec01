curl -X POST http://127.0.0.1:4010/v1/api/auth/login \
  -H 'Content-Type: application/json' \
  --data-raw '{
    "user": "user-1",
    "password": "correct-password"
  }'
