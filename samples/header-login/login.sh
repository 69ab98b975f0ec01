curl http://127.0.0.1:4010/login \
  -H 'User-Name: user_test' \
  -H 'Password: password_test'
