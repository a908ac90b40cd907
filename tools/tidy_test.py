#!/usr/bin/env python3
"""What tools/tidy.py takes for a function, and how long it finds it."""
import unittest

import tidy

BODY = ["  work();"] * 68


class Functions(unittest.TestCase):
    def found(self, *lines):
        return list(tidy.functions([line for part in lines for line in ([part] if isinstance(part, str) else part)]))

    def test_whatever_the_type_begins_with(self):
        for head in ("void f() {", "const Shape* find(int n) {", "static void f() {", "constexpr int f(int n) {",
                     "inline const int& f() {", "TEST(A, B) {", "std::vector<int> Class::f() const {", "template <class T> T f() {"):
            self.assertEqual(self.found(head, BODY, "}"), [(1, 70)], head)

    def test_a_head_of_several_lines(self):
        self.assertEqual(self.found("// A comment.", "Result<void> f(Call& call,", "               const Input& in) {", BODY, "}"),
                         [(2, 71)])
        self.assertEqual(self.found("template <class T>", "Result<void> f(T t) {", BODY, "}"), [(2, 70)])

    def test_tables_scopes_and_declarations_are_none(self):
        for head, end in (("constexpr Case cases[] = {", "};"), ("const std::vector<Case> cases{", "};"), ("namespace {", "}"),
                          ("struct A {", "};"), ("class B : public C {", "};"), ("enum class D : int {", "};")):
            self.assertEqual(self.found(head, BODY, end), [], head)
        self.assertEqual(self.found("void f();", "int g() { return 1; }", "struct A {", BODY, "};"), [])
        self.assertEqual(self.found("void f(int,", "       int);", "const Case cases[] = {", BODY, "};"), [])

    def test_lengths_are_held(self):
        self.assertEqual(list(tidy.check_lengths("test/x.cc", ["void f() {", *BODY[1:], "}"])), [])
        told, = tidy.check_lengths("test/x.cc", ["void f() {", *BODY, "}"])
        self.assertIn("a function of 70 lines", told[1])
        told, = tidy.check_lengths("src/x.cc", ["x" * 131])
        self.assertIn("131 characters", told[1])
        told, = tidy.check_lengths("test/x.cc", ["// x"] * 600)
        self.assertIn("600 lines", told[1])


class Banned(unittest.TestCase):
    def test_a_wait_has_an_end(self):
        for line in ("  while (!done()) usleep(1000);", "  while (x) std::this_thread::sleep_for(1ms);"):
            self.assertIn("without an end", next(tidy.check_banned("src/x_test.cc", [line]))[1])
        self.assertEqual(list(tidy.check_banned("src/x_test.cc", ["  ASSERT_TRUE(eventually([] { return done(); }));"])), [])


if __name__ == "__main__":
    unittest.main()
