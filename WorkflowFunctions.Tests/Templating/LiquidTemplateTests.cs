using System.Text.Json;
using WorkflowFunctions.Workflows.Liquid;

namespace WorkflowFunctions.Tests.Templating;

public class LiquidTemplateTests
{
    private static readonly ValueScope s_scope = new ValueScope()
        .Set(
            "params",
            JsonElement.Parse(
                """
                {
                  "topic": "tea", "score": 0.7, "lang": "en", "nothing": null, "tags": ["a", "b"], "n": 3, "empty": [], "off": false,
                  "list": [{ "name": "你" }, { "name": "b", "deep": [{ "x": null }] }], "größe": 4, "tiny": 1e-30, "long": 1234567890123456789012345678901234, "price": 1.50
                }
                """))
        .SetNode(
            "node-1",
            JsonElement.Parse("""{ "text": "hello", "document_ids": ["d1", "d2"], "deep": { "list": [ { "n": 1 }, { "n": 2.5 } ] } }"""))
        .SetNode("2", JsonElement.Parse("""{ "text": "two" }"""))
        .SetNode("true", JsonElement.Parse("""{ "text": "yes" }"""))
        .SetNode("call", JsonElement.Parse("""{ "body": "a text" }"""))
        .Set("item", JsonElement.Parse("""{ "tags": ["x", "y"], "title": "T" }"""));

    [Theory]
    [InlineData("plain {{ params.topic }}", "\"plain tea\"")]
    [InlineData("{{ nodes.node-1.text }} {{ node-1.text | upcase }}", "\"hello HELLO\"")]
    [InlineData("{{ nodes.2.text }}{{ nodes[\"2\"].text }}", "\"twotwo\"")]
    [InlineData("{{ params.missing | default: 'none' }}", "\"none\"")]
    [InlineData("{{ params.missing.deeper | default: params.topic | upcase }}", "\"TEA\"")]
    [InlineData("[{{ params.nothing }}]", "\"[]\"")]
    [InlineData("{% if params.missing %}a{% else %}b{% endif %}", "\"b\"")]
    [InlineData("{% if params.thing %}a{% endif %}[{{ params.nothing }}]", "\"[]\"")]
    [InlineData("{% for t in params.tags %}{{ t }}-{{ forloop.index }} {% endfor %}", "\"a-1 b-2 \"")]
    [InlineData("{% for i in (1..params.n) reversed limit:2, offset: 1 %}{{i}}{% endfor %}", "\"32\"")]
    [InlineData("{% assign x = params.topic %}{{ x | append: '!' }}", "\"tea!\"")]
    [InlineData("{{x|default:'a | b'|replace : \"a\",'c'}}!", "\"c | b!\"")]
    [InlineData("{{ '2026-03-04' | date: '%Y' }}!", "\"2026!\"")]
    [InlineData("{{ 'one two three' | truncatewords: 2 }}!", "\"one two...!\"")]
    [InlineData("{% raw %}{{ not.read }}{% endraw %}", "\"{{ not.read }}\"")]
    [InlineData("{{ nodes.true.text }} {{ nodes['true'].text }}", "\"yes yes\"")]
    [InlineData("{{ params.größe | plus: 1 }}!", "\"5!\"")]
    [InlineData("{{ params.topic\n  | upcase\n  | append: '!' }}!", "\"TEA!!\"")]
    [InlineData("{{ \"a\nb\" | split: \"\n\" | join: '-' }}!", "\"a-b!\"")]
    [InlineData("!{% if params.n %}\n {% assign x = 1 %}\n{% endif %}!", "\"!!\"")]
    [InlineData("{% for tag in params.tags %}{% case tag %}{% when 'a' %}{% break %}{% endcase %}{{ tag }}{% endfor %}!", "\"!\"")]
    [InlineData("{% liquid\n  assign x = params.n\n  if x == 3\n    echo 'three'\n  endif\n%}", "\"three\"")]
    public void A_template_renders_to_text(string template, string expected) =>
        Assert.Equal(expected, LiquidTemplate.Parse(template).Render(s_scope).GetRawText());

    [Theory]
    [InlineData("it is {{ node-1.deep }}", """it is {"list":[{"n":1},{"n":2.5}]}""")]
    [InlineData("it is {{ params.list }}", """it is [{"name":"你"},{"name":"b","deep":[{"x":null}]}]""")]
    [InlineData("{{ params.list | join: ' ' }}.", """{"name":"你"} {"name":"b","deep":[{"x":null}]}.""")]
    [InlineData("{% capture c %}{{ params.list[0] }}{% endcapture %}{{ c }}", """{"name":"你"}""")]
    [InlineData("{% assign a = params.list | first %}{{ a }}{{ a | append: '!' }}", """{"name":"你"}{"name":"你"}!""")]
    [InlineData("{{ params.tags | concat: params.list }}.", """["a","b",{"name":"你"},{"name":"b","deep":[{"x":null}]}].""")]
    [InlineData("{{ params.list | json }}.", """[{"name":"你"},{"name":"b","deep":[{"x":null}]}].""")]
    [InlineData("{{ 'a👍🏽' | json }}{{ '\\uD83D\\uDC4D' | json }}", "\"a👍🏽\"\"\\\\uD83D\\\\uDC4D\"")]
    public void Objects_and_lists_in_a_text_are_JSON(string template, string expected) =>
        Assert.Equal(expected, LiquidTemplate.Parse(template).Render(s_scope).GetString());

    [Theory]
    [InlineData("{% if 1 == true %}a{% else %}b{% endif %}", "b")]
    [InlineData("{% if 0 == false %}a{% else %}b{% endif %}", "b")]
    [InlineData("{% if '1' == 1 %}a{% else %}b{% endif %}", "b")]
    [InlineData("{% for pair in params.list[0] %}{{ pair[0] }}={{ pair[1] }}{% endfor %} {{ params.list[1] | size }}", "name=你 2")]
    [InlineData("{{ item.title }}{% for item in item.tags %}{{ item }}{% endfor %}{{ item.title }}", "TxyT")]
    [InlineData("{{ '2026-03-04T10:30:00' | date: '%H:%M %z' }} {{ 0 | date: '%Y-%m-%d %H:%M' }}", "10:30 +0000 1970-01-01 00:00")]
    [InlineData("{{ '2026-03-04T10:30:00' | time_zone: 'Europe/Berlin' }}", "2026-03-04T11:30:00+01:00")]
    [InlineData("{{ 0 | time_zone: 'Asia/Tokyo' | date: '%H:%M' }}", "09:00")]
    [InlineData("{{ '👍ab' | size }}{{ '👍ab' | slice: 0, 2 }}{{ '👍ab' | truncate: 2, '' }}{% assign t = '👍' %}{{ t.size }}", "3👍a👍a1")]
    [InlineData("{{ params.tiny }} {{ params.long }} {{ params.price }}", "1e-30 1234567890123456789012345678901234 1.50")]
    [InlineData("{{ 9.0 | divided_by: 2 }} {{ 9 | divided_by: 2 }} {{ 2.5 | round }} {{ -7 | modulo: 3 }}", "4.5 4 3 2")]
    [InlineData("{{ 'a b&ü' | url_encode }} {{ ',a,,b,,' | split: ',' | join: '-' }}", "a+b%26%C3%BC -a--b")]
    [InlineData(
        "{{ params.list | map: 'name' | join }} {{ params.list | where: 'name', 'b' | size }} {{ params.list | find_index: 'name', 'b' }}",
        "你 b 1 1")]
    public void What_misled_people_is_as_in_Liquid(string template, string expected) =>
        Assert.Equal(expected, LiquidTemplate.Parse(template).Render(s_scope).GetString());

    [Theory]
    [InlineData("{{ node-1.document_ids }}", """["d1","d2"]""")]
    [InlineData(" {{ params.score }} ", "0.7")]
    [InlineData("{{ params.n | plus: 1 }}", "4")]
    [InlineData("{{ node-1.deep.list | map: 'n' }}", "[1,2.5]")]
    [InlineData("{{ node-1.deep.list[1].n }}", "2.5")]
    [InlineData("{{ node-1.deep }}", """{"list":[{"n":1},{"n":2.5}]}""")]
    [InlineData("{{ params.nothing }}", "null")]
    [InlineData("{{ params.tags | size }}", "2")]
    [InlineData("{{ params.tags.size }}", "2")]
    [InlineData("{{ params.n | default: 5 }}", "3")]
    [InlineData("{{ params.nope | default: 5 }}", "5")]
    [InlineData("{{ params.tags | default: '' }}", """["a","b"]""")]
    [InlineData("{{ node-1.deep | default: params.tags }}", """{"list":[{"n":1},{"n":2.5}]}""")]
    [InlineData("{{ params.nope | default: params.none | default: node-1.document_ids }}", """["d1","d2"]""")]
    [InlineData("{{ params.empty | default: params.n }}", "3")]
    [InlineData("{{ params.off | default: true }}", "true")]
    [InlineData("{{ params.tiny }}", "1e-30")]
    [InlineData("{{ params.long }}", "1234567890123456789012345678901234")]
    [InlineData("{{ (1..3) }}", "[1,2,3]")]
    public void A_lone_output_keeps_its_type(string template, string expected) =>
        Assert.Equal(
            JsonElement.Parse(expected), LiquidTemplate.Parse(template).Render(s_scope), JsonElement.DeepEquals);

    [Theory]
    [InlineData("{{ params.nope }}", "params.nope")]
    [InlineData("a {{ params.topic }} {{ nodes.node-1.nope.deeper }}", "nodes.node-1.nope.deeper")]
    [InlineData("{{ params.nope | upcase }}", "params.nope")]
    [InlineData("{% assign x = params.nope %}", "params.nope")]
    [InlineData("{% for x in params.nope %}{% endfor %}", "params.nope")]
    [InlineData("{{ params.topic }}{{ item.id }}", "item.id")]
    [InlineData("{{ params.topic | append: params.nope }}", "params.nope")]
    [InlineData("{{ params.nothing }}{{ params.nothing.deeper }}", "params.nothing.deeper")]
    [InlineData("{{ nodes['call'].body.id }}", "nodes['call'].body.id")]
    [InlineData("{% for tag in params.tags %}{{ tag.name }}{% endfor %}", "tag.name")]
    public void A_missing_variable_is_named(string template, string variable) =>
        Assert.Equal(
            variable, Assert.Throws<MissingVariableException>(() => LiquidTemplate.Parse(template).Render(s_scope)).Variable);

    [Theory]
    [InlineData("{{ params.list[5].name }}", "'params.list[5]' is not there, 'params.list' has 2 items")]
    [InlineData("{{ params.tags[-3] }}", "'params.tags[-3]' is not there, 'params.tags' has 2 items")]
    [InlineData("{{ nodes.call.body.id }}", "'nodes.call.body' is a text")]
    [InlineData("{{ params.n.x.y }}", "'params.n.x' is not there, 'params.n' is a number")]
    [InlineData("{{ params.nothing.x }}", "'params.nothing' is null")]
    [InlineData("{{ params.list[0].title }}", "'params.list[0]' has no such member")]
    public void What_is_said_of_a_missing_variable_tells_which_step_is_not_there(string template, string reason) => Assert.Contains(
        reason, Assert.Throws<MissingVariableException>(() => LiquidTemplate.Parse(template).Render(s_scope)).Message,
        StringComparison.Ordinal);

    [Theory]
    [InlineData("params.score > 0.5 and params.lang == \"en\"", true)]
    [InlineData("params.score > 0.8 or params.lang == 'de'", false)]
    [InlineData("params.tags contains 'b'", true)]
    [InlineData("node-1.text == 'hello'", true)]
    [InlineData("params.nothing", false)]
    [InlineData("params.n==3 and params.n<4", true)]
    [InlineData("params['topic'] != \"a 'cup' and more\" and 2 <= params.n", true)]
    [InlineData("params.topic contains 'or' or params.n > -1", true)]
    [InlineData("params.topic startswith 't' and node-1.deep.list[1].n == 2.5", true)]
    public void A_condition_is_true_or_false(string condition, bool expected) =>
        Assert.Equal(expected, LiquidTemplate.IsTrue(LiquidTemplate.ParseCondition(condition), s_scope));

    [Fact]
    public void A_condition_over_a_missing_variable_names_it()
    {
        var condition = LiquidTemplate.ParseCondition("params.lang == 'en' and params.nope > 3");

        var missing = Assert.Throws<MissingVariableException>(() => LiquidTemplate.IsTrue(condition, s_scope));

        Assert.Equal("params.nope", missing.Variable);
        Assert.Contains("in a 'transform' before, as a condition takes no filters", missing.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{{ nodes.")]
    [InlineData("{% if %}x")]
    [InlineData("{% nonsense %}")]
    [InlineData("{% include 'x' %}")]
    [InlineData("{% for x in y %}")]
    [InlineData("{{ params.topic | shout }}")]
    [InlineData("{{ 'a' | upcase | shout: 1 }}")]
    [InlineData("{% assign x = params.topic | shout %}{{ x }}")]
    [InlineData("{{ params.topic | currency }}")]
    [InlineData("{{ true.text }}")]
    [InlineData("{{ in }}")]
    [InlineData("{{ nodes.a.text | append }}")]
    [InlineData("{{ nodes.a.text | truncate: 1, '', 2 }}")]
    [InlineData("{{ nodes.a.text | default: 1, allow_true: true }}")]
    [InlineData("{% if params.n %}a{% else if params.off %}b{% endif %}")]
    [InlineData("{{ 1 | divided_by: 0 }}")]
    [InlineData("{{ params.n | plus: 1 | divided_by: 0 }}")]
    [InlineData("{{ params.topic | truncate: 'x' }}")]
    [InlineData("{{ params.topic | time_zone: 'Nowhere/Nope' }}")]
    [InlineData("{% assign x %}")]
    [InlineData("{{ x }} {{ y")]
    [InlineData("{% if and== a %}x{% endif %}")]
    [InlineData("{% for x in ( %}{% endfor %}")]
    public void What_is_not_Liquid_is_refused(string template) =>
        Assert.Throws<LiquidSyntaxException>(() => LiquidTemplate.Parse(template));

    [Theory]
    [InlineData("params.n ==", "from '=='")]
    [InlineData("params.off or", "from 'or'")]
    [InlineData("and== a", "'and' is a word of Liquid")]
    [InlineData("params.n 3", "from '3'")]
    [InlineData("params.n = 3", "from '= 3'")]
    [InlineData("params.n > 2 < 1", "from '< 1'")]
    [InlineData("params.n == 3 && params.off", "from '&& params.off'")]
    [InlineData("params.n == 3 AND params.off", "from 'AND params.off'")]
    [InlineData("params.n + 1 == 5", "from '+ 1 == 5'")]
    [InlineData("params.n == 3 and (params.off)", "from 'and (params.off)'")]
    [InlineData("not params.off", "from 'params.off'")]
    [InlineData("!params.off", "from '!params.off'")]
    [InlineData("params.tags | size > 5", "from '| size > 5'")]
    [InlineData("params.topic == 'tea", "from '== 'tea'")]
    public void What_is_not_a_condition_is_refused(string condition, string where)
    {
        Assert.Contains(
            where, Assert.Throws<LiquidSyntaxException>(() => LiquidTemplate.ParseCondition(condition)).Message, StringComparison.Ordinal);
        Assert.Contains(
            where, Assert.Throws<LiquidSyntaxException>(() => LiquidTemplate.Parse($"{{% if {condition} %}}x{{% endif %}}")).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{{ }}", "at its end")]
    [InlineData("{{ params.n + 1 }}", "from '+ 1'")]
    [InlineData("{{ params.n == 3 }}", "from '== 3'")]
    [InlineData("{{ nodes.write post.text }}", "from 'post.text'")]
    [InlineData("{{ params.topic || 'none' }}", "from '|| 'none''")]
    [InlineData("{{ params.topic | truncate 2 }}", "from '2'")]
    [InlineData("{{ params.n | plus: 1 + 2 }}", "from '+ 2'")]
    [InlineData("{{ params.n | plus: }}", "takes 1 argument; it is given 0")]
    [InlineData("{% assign x = params.n * 2 %}{{ x }}", "from '* 2'")]
    [InlineData("{% for x in params.tags | reverse %}{% endfor %}", "from '| reverse'")]
    [InlineData("{% for x in params.tags limit 3 %}{% endfor %}", "from 'limit 3'")]
    public void What_cannot_be_read_to_its_end_is_refused(string template, string where) =>
        Assert.Contains(
            where, Assert.Throws<LiquidSyntaxException>(() => LiquidTemplate.Parse(template)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("{{ params.n + 1 }}", "Line 1, column 13: ")]
    [InlineData("{{ params.n | plus: 1 | modulo: 0 | round }}", "Line 1, column 25: ")]
    [InlineData("a\nb {{ params.n | shout }}", "Line 2, column 17: ")]
    [InlineData("a\r\n{% if params.n == 1 && x %}{% endif %}", "Line 2, column 21: ")]
    [InlineData("{% if params.n %}\n{% nonsense %}{% endif %}", "Line 2, column 1: ")]
    [InlineData("{% nonsense %}", "Line 1, column 1: ")]
    public void What_is_refused_is_told_by_line_and_column(string template, string place) =>
        Assert.StartsWith(
            place, Assert.Throws<LiquidSyntaxException>(() => LiquidTemplate.Parse(template)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("{{ params.tags | minus: 'a' | divided_by: params.nothing }}", "zero")]
    [InlineData("{% if params.n > params.tags %}x{% endif %}", "cannot take a number and a list")]
    [InlineData("{% for x in params.tags limit: params.tags %}{% endfor %}", "whole number")]
    [InlineData("{{ params.n | modulo: params.off }}", "zero")]
    [InlineData("{{ params.topic | base64_decode }}", "'base64_decode'")]
    [InlineData("{{ params.long | plus: 1 }}", "A number is too large")]
    [InlineData("{{ params.n | times: 79228162514264337593543950335 }}", "A number is too large")]
    [InlineData("{{ params.tags | concat: params.n }}", "a list; it is given a number")]
    public void What_a_filter_or_an_operator_cannot_take_is_said(string template, string word) =>
        Assert.Contains(
            word, Assert.Throws<LiquidSyntaxException>(() => LiquidTemplate.Parse(template).Render(s_scope)).Message,
            StringComparison.Ordinal);

    [Theory]
    [InlineData("{{", 100_000, "")]
    [InlineData("{%a", 100_000, "")]
    [InlineData("{% assign ", 1, "%}")]
    public void A_long_text_that_is_not_Liquid_is_refused_before_it_is_searched(string start, int times, string end)
    {
        var text = string.Concat(Enumerable.Repeat(start, times)) + new string('a', 200_000) + end;
        Assert.Throws<LiquidSyntaxException>(() => LiquidTemplate.Parse(text));
    }

    [Theory]
    [InlineData("{{ nodes.node-1.text }} {{ node-2.x | default: params.y }}", "nodes/node-1 node-2/x params/y")]
    [InlineData("{{ nodes[\"a b\"].x }} {{ nodes[params.which].x }}", "nodes/a b nodes/ params/which")]
    [InlineData("{% for i in a-1.items limit: 3 %}{{ i.x }}{% endfor %}", "a-1/items")]
    [InlineData("{% if a.b > 0.5 and 'c.d' == e or b.c contains 'x' %}{% endif %}", "a/b e/ b/c")]
    [InlineData("{{ 'x.y' | append: b.c | slice: 0, 5 }}", "b/c")]
    [InlineData("{% for item in item.tags %}{{ item.x }}{% endfor %}{{ item.y }}", "item/tags item/y")]
    [InlineData("{% assign item = item.name %}{{ item }}", "item/name")]
    [InlineData("{{ ['my node'].x }} {{ [params.which].x }}", "my node/x nodes/ params/which")]
    public void The_variables_of_a_template_are_known(string template, string expected) =>
        Assert.Equal(
            expected,
            string.Join(' ', LiquidTemplate.Parse(template).Variables.Select(variable => $"{variable.Root}/{variable.Member}")));
}
