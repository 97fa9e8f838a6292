// Makes pixels of a picture's planes, as the processor would: in whole numbers, each share rounded by itself.

uniform sampler2D plane_y;
uniform sampler2D plane_u;
uniform sampler2D plane_v;
// The picture's upper left corner, in pixels from the left and from the lower edge of what is drawn on.
uniform ivec2 corner;
// How many pixels it fills, and how many it has.
uniform ivec2 drawn;
uniform ivec2 picture;
uniform int way;

out vec4 colour;

int value(sampler2D plane, ivec2 at) {
    return int(texelFetch(plane, at, 0).r * 255.0 + 0.5);
}

int share(int of, int chroma) {
    return (of * (chroma - GREY) + ONE / 2) >> BITS;
}

vec3 pixel(ivec2 at) {
    int y = value(plane_y, at);
    int u = value(plane_u, at);
    int v = value(plane_v, at);
    int red = y + share(RED_OF_V, v);
    int green = y - share(GREEN_OF_V, v) - share(GREEN_OF_U, u);
    int blue = y + share(BLUE_OF_U, u);
    return vec3(clamp(ivec3(red, green, blue), 0, 255)) / 255.0;
}

// The picture's pixel that is here.
vec3 nearest(ivec2 here) {
    return pixel(here * picture / drawn);
}

// Between the four that are nearest.
vec3 between(ivec2 here) {
    vec2 at = (vec2(here) + 0.5) * vec2(picture) / vec2(drawn) - 0.5;
    ivec2 first = ivec2(floor(at));
    vec2 part = at - vec2(first);
    ivec2 least = clamp(first, ivec2(0), picture - 1);
    ivec2 most = clamp(first + 1, ivec2(0), picture - 1);
    vec3 above = mix(pixel(least), pixel(ivec2(most.x, least.y)), part.x);
    vec3 below = mix(pixel(ivec2(least.x, most.y)), pixel(most), part.x);
    return mix(above, below, part.y);
}

// The mean of all that it stands for, in parts of a pixel of the picture's, of which each has `drawn`.
vec3 mean(ivec2 here) {
    ivec2 start = here * picture;
    ivec2 end = start + picture;
    ivec2 first = start / drawn;
    ivec2 last = (end - 1) / drawn;
    vec3 sum = vec3(0.0);
    for (int y = first.y; y <= last.y; y++) {
        vec3 row = vec3(0.0);
        for (int x = first.x; x <= last.x; x++) {
            row += float(min(end.x, (x + 1) * drawn.x) - max(start.x, x * drawn.x)) * pixel(ivec2(x, y));
        }
        sum += float(min(end.y, (y + 1) * drawn.y) - max(start.y, y * drawn.y)) * row;
    }
    return sum / (float(picture.x) * float(picture.y));
}

void main() {
    ivec2 place = ivec2(gl_FragCoord.xy);
    ivec2 here = ivec2(place.x - corner.x, corner.y - 1 - place.y);
    vec3 seen = way == NEAREST ? nearest(here) : way == BETWEEN ? between(here) : mean(here);
    colour = vec4(seen, 1.0);
}
