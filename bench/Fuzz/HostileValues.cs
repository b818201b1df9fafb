using System.Globalization;
using System.Text.Json.Nodes;

namespace WorkflowFunctions.Bench.Fuzz;

/// <summary>What programs stumble over.</summary>
internal static class HostileValues
{
    private static readonly string[] s_texts =
    [
        "", " ", "\t\r\n", "\0", "a\0b", "null", "undefined", "true", "0", "-1", "NaN", "Infinity", "infinity", "1e400",
        "9223372036854775808", "0x10", "1,5", "'", "\"", "\\", "`", "'; DROP TABLE workflow_executions; --", "' OR '1'='1", "$1", "@id",
        ":id", "%", "%%", "%s%n%x", "_", "$$;$$", "{1,2}", "{}", "[]", "*/ /*", "../../../etc/passwd", "..\\..\\win.ini", "/", "//", ".",
        "..", "~", "%2e%2e%2f", "%00", "%ff", "a/b", "a?b", "a#b", "a&b=c", "file:///etc/passwd", "\r\nSet-Cookie: a=b", "\nX: y",
        "<script>alert(1)</script>", "<!--", "]]>",
        "<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/passwd\">]><a>&b;</a>", "${jndi:ldap://127.0.0.1/a}",
        "$(reboot)", "`reboot`", "| cat", "http://127.0.0.1:1/", "http://169.254.169.254/latest/", "http://[::1]/", "gopher://a",
        "javascript:alert(1)", "\u202e\u202d", "\u200b\u200d\ufeff", "\ufffe\uffff", "🍵👩‍👩‍👧‍👦", "İıſK", "ﷺ",
        "Z̷̢̛a̸l̶g̵o̸", "A\u030a",
        "\ue000", "é", "e\u0301", "日本語", "(a+)+$", "[", "^(([a-z])+.)+[A-Z]([a-z])+$", "(?<a>", "{{", "}}", "{%", "%}", "{{ }}",
        "{{ params }}", "{{ nodes.a.b[0] }}", "{{ secrets.x }}", "0000-00-00T00:00:00Z", "9999-12-31T23:59:59.9999999Z",
        "0001-01-01T00:00:00Z", "2025-02-30", "2025-13-01T25:61:61Z", "-infinity", "P1Y", "1970-01-01", "2025-01-01T00:00:00+99:99",
        "* * * * *", "0 0 30 2 *", "*/0 * * * *", "99 99 99 99 99", "@yearly", "0 0 1 1 * 2099", "Europe/Berlin", "Nowhere/Land",
        "completed", "running", "W/\"x\"", "*", "\"*\"", "__proto__", "constructor", "id", "$ref", "#/a", "default", "admin", "read",
        "wfk_x", "AAAA====",
    ];

    private static readonly string[] s_numbers =
    [
        "0", "-0", "1", "-1", "2", "100", "101", "255", "256", "1000", "65536", "2147483647", "2147483648", "-2147483648", "-2147483649",
        "4294967296", "9007199254740993", "9223372036854775807", "9223372036854775808", "-9223372036854775809", "1e2", "1e308", "1e309",
        "-1e400", "1e-400", "0.1", "0.30000000000000004", "1.5", "3.0", "12345678901234567890123456789012345678901234567890",
    ];

    private static readonly string[] s_liquid =
    [
        "{{ params.a }}", "{{ params.a.b.c[3].d }}", "{{ nodes.n0 }}", "{{ nodes.n1.text | upcase | append: nodes.n2 }}", "{{ item }}",
        "{{ item_index }}", "{% for i in (1..1000000000) %}x{% endfor %}",
        "{% for i in (1..3000) %}{% for j in (1..3000) %}x{% endfor %}{% endfor %}", "{% for i in params %}{{ i }}{% endfor %}",
        "{% assign a = 'x' %}{% for i in (1..40) %}{% assign a = a | append: a %}{% endfor %}{{ a }}", "{{ 'x' | repeat: 1000000000 }}",
        "{{ 'x' | times: 'y' }}", "{{ 1 | divided_by: 0 }}", "{{ 5 | modulo: 0 }}", "{{ 1e308 | times: 1e308 }}",
        "{{ '' | first | last | size }}", "{{ 'a,b' | split: ',' | join: ' ' | slice: -99, 99999999999 }}", "{% if %}",
        "{% if a == %}b{% endif %}", "{% unless nil contains 'a' %}{% else %}{% endunless %}", "{% case x %}{% when 1 or 2 %}{% endcase %}",
        "{% raw %}{{ {% endraw %}", "{% capture a %}{{ a }}{% endcapture %}{{ a }}", "{% include 'a' %}", "{% render '../../etc/passwd' %}",
        "{% layout 'a' %}", "{% cycle 'a', 'b' %}", "{% increment a %}", "{% comment %}", "{% liquid assign a = 1 %}",
        "{% tablerow i in (1..100000) cols:3 %}{{ i }}{% endtablerow %}", "{{ 'now' | date: '%Y%%%Q%99999d' }}",
        "{{ 99999999999999 | date: '%s' }}", "{{ '(a+)+$' | regex_replace: 'x', 'y' }}", "{{ params | json }}",
        "{{ params | json | json | json | json }}", "{{ params | map: 'a' | where: 'b', 'c' | sort | uniq | compact | sum }}", "{{-  -}}",
        "{{ a | b }}", "{{ \"a }}", "{{ a[b[c[d[e]]]] }}", "{{ 'a' | date }}", "{{ params.a | default: nodes.b.c, allow_false: true }}",
        "{{ 'x' | pad_left: 2147483647 }}", "{{ 'ab' | replace: '', 'cd' }}", "{{ 'ab' | truncate: -1 }}", "{{ (1..5) | reverse }}",
    ];

    /// <summary>What stands between braces and in conditions, to be put together in any order.</summary>
    private static readonly string[] s_marks =
    [
        "and", "or", "not", "==", "!=", "<>", "<", ">=", "contains", "&&", "params.a", "nodes.n0.text", "nodes['n 1']", "nodes[", "'x'",
        "\"", "1", "-2.5", "nil", "empty", "|", "default", "plus", "floor", "join", "cycle", ":", ",", "(", ")", "..", "[", "]", "limit:",
        "reversed", "in", " ", " ", " ",
    ];

    /// <summary>Text that may be anything.</summary>
    public static string Text(Random random) => random.Next(13) switch
    {
        0 => Liquid(random),
        1 => Unicode(random, random.Next(40)),
        2 => new string((char)random.Next(0x20, 0x7f), 1 << random.Next(0, 17)),
        3 => Pick(random, s_numbers),
        4 => Pick(random, s_texts) + Pick(random, s_texts),
        5 => Marks(random),
        _ => Pick(random, s_texts),
    };

    /// <summary>Text for an address, where what is long only ends in an answer that says so.</summary>
    public static string ShortText(Random random)
    {
        var text = Text(random);
        return text.Length > 500 ? text[..500] : text;
    }

    /// <summary>A Liquid template, or something like one.</summary>
    public static string Liquid(Random random)
    {
        var text = string.Concat(Enumerable.Range(0, random.Next(1, 4)).Select(_ => Pick(random, s_liquid)));
        return random.Next(7) switch
        {
            0 => Cut(random, text),
            1 => string.Concat(Enumerable.Repeat("{% if a %}", random.Next(1, 300))) + text + string.Concat(
                Enumerable.Repeat("{% endif %}", random.Next(1, 300))),
            2 => $"{{{{{Marks(random)}}}}}",
            3 => $"{{% {(random.Next(2) == 0 ? "if" : "unless")} {Marks(random)} %}}{text}{{% endif %}}",
            4 => $"{{% for x in {Marks(random)} %}}{{{{ x }}}}{{% endfor %}}",
            _ => text,
        };
    }

    private static string Marks(Random random) =>
        string.Concat(Enumerable.Range(0, random.Next(1, 8)).Select(_ => Pick(random, s_marks) + (random.Next(2) == 0 ? " " : "")));

    /// <summary>A number as JSON writes it.</summary>
    public static string Number(Random random) =>
        random.Next(3) == 0
            ? random.NextInt64(long.MinValue, long.MaxValue).ToString(CultureInfo.InvariantCulture)
            : Pick(random, s_numbers);

    /// <summary>A value of any type.</summary>
    public static JsonNode? Json(Random random, int depth = 0) => random.Next(depth > 4 ? 6 : 9) switch
    {
        0 => null,
        1 => JsonValue.Create(random.Next(2) == 0),
        2 => NumberNode(random),
        3 or 4 or 5 => JsonValue.Create(Text(random)),
        6 => new JsonArray([.. Enumerable.Range(0, random.Next(4)).Select(_ => Json(random, depth + 1))]),
        7 => Object(random, depth),
        _ => Deep(random),
    };

    /// <summary>One of several.</summary>
    public static T Pick<T>(Random random, IReadOnlyList<T> of) => of[random.Next(of.Count)];

    /// <summary>A number of JSON as it was written; one that no type of .NET holds as well.</summary>
    public static JsonNode NumberNode(Random random) => JsonNode.Parse(Number(random))!;

    private static JsonObject Object(Random random, int depth)
    {
        var made = new JsonObject();
        for (var i = random.Next(4); i > 0; i--)
            made[Text(random)] = Json(random, depth + 1);
        return made;
    }

    private static JsonNode Deep(Random random)
    {
        JsonNode node = JsonValue.Create("deep");
        for (var i = random.Next(1, 60); i > 0; i--)
            node = random.Next(2) == 0 ? new JsonArray(node) : new JsonObject { ["a"] = node };
        return node;
    }

    private static string Unicode(Random random, int length) => string.Concat(Enumerable.Range(0, length).Select(_ =>
    {
        var rune = random.Next(0x110000);
        return rune is >= 0xd800 and < 0xe000 ? "�" : char.ConvertFromUtf32(rune);
    }));

    private static string Cut(Random random, string text) => text[..random.Next(text.Length)] + text[random.Next(text.Length)..];
}
